import CLMDB

/// Bytes lent by LMDB or lent to it: those in a page stay valid until the transaction ends or writes again.
public typealias Bytes = UnsafeRawBufferPointer

extension [UInt8] {
    /// Lends the array's bytes for the length of a closure.
    @inline(__always)
    public func lend<Result, Failure: Error>(_ body: (Bytes) throws(Failure) -> Result) throws(Failure) -> Result {
        try withUnsafeBufferPointer { (buffer) throws(Failure) -> Result in try body(Bytes(buffer)) }
    }
}

extension MDB_val {
    init(_ bytes: Bytes) {
        self.init(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }

    var bytes: Bytes { Bytes(start: mv_data, count: mv_size) }
}
