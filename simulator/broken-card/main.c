/// A program that ends as soon as it is started: the image that no card can boot, for scenarios.
int main(void) { return 1; }
