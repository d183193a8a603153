"""What comes into the house by mail: an answer to a letter becomes a post."""
