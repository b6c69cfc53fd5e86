module example.com/grains

go 1.26
