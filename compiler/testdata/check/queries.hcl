project "queries" {}

source "orders" {
  rows = [{ id = 1, amount = 2 }]
  key  = [id]
}

source "none" {
  sql {} # ERROR E0203 at <sql> ~ query = "select
}

source "no_source" {
  sql {
    query = "select 1 as id" # ERROR E0517 at <"select 1 as id"> ~ named in ${}
  }
}

source "unknown" {
  sql {
    query = "select * from ${source.ordrs}" # ERROR E0103 at <ordrs> ~ Did you mean "orders"?
  }
}

source "deep" {
  sql {
    query = "select amount from ${source.orders.amount}" # ERROR E0517 at <source.orders.amount> ~ outside of ${}
  }
}

source "egg" {
  sql { # its own rows
    query = "select * from ${source.hen}" # ERROR E0108 at <"select * from ${source.hen}"> ~ egg -> source.hen -> source.egg
  }
}

source "hen" {
  union = [egg]
}

source "late" {
  sql {
    query = "select * from ${source.orders}"
    limit = 3 # ERROR E0202 at <limit> ~ There are: query
  }
}
