"""Steps that bring a library of any age to the present tables; run by `schema`."""
