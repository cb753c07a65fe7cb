"""What a load balancer and the browser ask first: is it alive, is it ready, what is it set to."""
