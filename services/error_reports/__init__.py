"""What goes wrong in browsers, in Flask and in workers, counted by kind and cleaned of secrets."""
