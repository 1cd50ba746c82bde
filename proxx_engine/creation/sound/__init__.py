"""Sound that was recorded apart → the clips whose picture it belongs to, by timecode."""
