"""Graph searches over synthetic arrays, without a store, beside other graph libraries."""
