"""Results → one page for a person: read, joined, shown; never judged anew."""
