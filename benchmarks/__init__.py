"""What is measured of the program, each a module to be run by itself."""
