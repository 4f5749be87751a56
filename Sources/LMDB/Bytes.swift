import CLMDB

/// Bytes lent by LMDB or lent to it: those in a page stay valid until the transaction ends or writes again.
public typealias Bytes = UnsafeRawBufferPointer

extension MDB_val {
    init(_ bytes: Bytes) {
        self.init(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }

    var bytes: Bytes { Bytes(start: mv_data, count: mv_size) }
}
