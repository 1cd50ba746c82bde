"""Workers of the service: take an id, claim its row, run, keep the result, settle the row."""
