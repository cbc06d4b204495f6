"""What stands in the way of a part's sound before it is mixed: each remembers its state from piece to piece."""
