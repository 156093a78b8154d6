print("ce")
