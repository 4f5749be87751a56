/// What a record can hold. The front door's limits are narrower; these are the format's, checked before anything is staged.
public enum RecordLimits {
    /// Bytes of an id that has a receipt: it is a key of the store's own tables.
    public static let idBytes = 500
    /// Bytes of `type/key`.
    public static let streamBytes = 500
    /// Bytes of any other name, id or header: their lengths are 16 bits.
    public static let textBytes = 65_535
    /// Headers of one entry.
    public static let headers = 65_535
    /// Bytes of one record, so that its lengths stay 32 bits and a commit can hold it.
    public static let recordBytes = 64 << 20
    /// Bytes of a table's key.
    public static let tableKeyBytes = 500
}
