// Types by their number in Thrift's compact protocol; a boolean field says its value by its type.
export const BOOLEAN_TRUE = 1
export const BOOLEAN_FALSE = 2
export const I8 = 3
export const I16 = 4
export const I32 = 5
export const I64 = 6
export const DOUBLE = 7
export const BINARY = 8
export const LIST = 9
export const SET = 10
export const MAP = 11
export const STRUCT = 12
export const UUID = 13
