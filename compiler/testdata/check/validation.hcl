project "p" {}
variable "rate" {
  default = 19
  validation {
    condition     = between(var.rate, 0, 1) # ERROR E0212 at <between(var.rate, 0, 1)> ~ can't be 19 A rate is a share
    error_message = "A rate is a share."
  }
  validation {
    condition     = var.rate % 2 == 1
    error_message = "Odd."
  }
}
variable "shop" {
  default = "web"
  validation {
    condition     = in(var.shop, ["web", "app"]) && length(var.shop) == 3 && matches(var.shop, "^[a-z]+$")
    error_message = "A shop that we have."
  }
  validation {
    condition     = var.other == 1 # ERROR E0206 at <var.other == 1> ~ true or false of var.shop alone
    error_message = "Another."
  }
  validation {
    condition     = matches(var.shop, "[") # ERROR E0206
    error_message = "A pattern."
  }
  validation {
    condition     = var.shop # ERROR E0206
    error_message = "A text."
  }
  validation { # ERROR E0203 ~ condition
    error_message = "Nothing."
  }
}
variable "none" { # ERROR E0113 ~ nullable = false
  default  = null
  nullable = false
}
variable "maybe" {
  default   = null
  sensitive = true # ERROR E0202 at <sensitive> ~ classification
}
variable "wrong" { # ERROR E0206 ~ wants a number
  type    = number
  default = "x"
  validation {
    condition     = var.wrong > 1
    error_message = "No follow-up."
  }
}
source "orders" {
  rows = [{ a = 1, day = "2026-01-01" }]
  time = day
  columns {
    a   = { type = integer, default = 0 } # ERROR E0202 at <default> ~ coalesce
    day = { type = date, on = day }       # ERROR E0202 at <on> ~ references
  }
}
kpi "k" {
  value = sum(orders.a)
  unit  = "EUR" # ERROR E0202 at <unit> ~ unit(...
  tax   = included # ERROR E0202 at <tax> ~ net_of_tax
}
