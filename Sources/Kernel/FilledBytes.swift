extension [UInt8] {
    /// At most `count` bytes, of which `body` writes some, from the first on, and says how many.
    ///
    /// Unlike the library's `init(unsafeUninitializedCapacity:)` it is compiled for bytes, where that asks for the array's type at run time.
    @inlinable
    public init(upTo count: Int, _ body: (UnsafeMutableRawBufferPointer) -> Int) {
        self = []
        append(addingCapacity: count) { room in
            room.withUnsafeMutableBufferPointer { bytes, written in
                written = body(UnsafeMutableRawBufferPointer(start: bytes.baseAddress, count: count))
            }
        }
    }
}
