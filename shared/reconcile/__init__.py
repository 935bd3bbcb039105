"""What looks and acts: it reads Azure, carries out what was decided, and reads again."""
