"""The made-up timeline of the demonstration: nothing in it is a photograph, all of it is drawn."""
