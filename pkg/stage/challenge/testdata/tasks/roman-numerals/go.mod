module example.com/roman-numerals

go 1.26
