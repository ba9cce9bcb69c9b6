project "files" {}

source "a" {
  csv {
    path      = "a.csv"
    encoding  = "GB2312"
    header    = false
    skip      = 2
    decimal   = ","
    thousands = "."
  }
  columns {
    id = string
  }
}

source "b" {
  csv {
    path      = "b.csv"
    encoding  = "gb1803" # ERROR E0206 at <"gb1803"> ~ Did you mean "gb18030"
    header    = "none"   # ERROR E0206 at <"none"> ~ true or false
    skip      = -1       # ERROR E0206 at <-1>
    decimal   = ";"      # ERROR E0206 at <";"> ~ It is one of ".", ","
    thousands = "-"      # ERROR E0206 at <"-">
  }
  columns {
    id = string
  }
}

source "c" {
  csv {
    path      = "c.csv"
    decimal   = ","
    thousands = "," # ERROR E0210 at <","> ~ 1,234
  }
  columns {
    id = string
  }
}

source "d" {
  csv {
    path      = "d.csv"
    thousands = "." # ERROR E0210 at <".">
  }
  columns {
    id = string
  }
}

source "e" {
  xlsx {
    path   = "e.xlsx"
    sheet  = "Sheet1"
    range  = "B3:F100"
    header = 3
    null   = ["", "#N/A"]
  }
  columns {
    id = string
  }
}

source "f" {
  xlsx { # ERROR E0203 at <xlsx> ~ path
    range  = "B3"     # ERROR E0206 at <"B3"> ~ upper left
    header = 0        # ERROR E0206 at <0>
    sheets = "Sheet1" # ERROR E0202 at <sheets> ~ Did you mean "sheet"?
  }
  columns {
    id = string
  }
}
