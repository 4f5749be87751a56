/// An event as stored: the body stays bytes until someone must read it.
public struct StoredBody: Sendable, Equatable {
    public var name: String
    public var schema: UInt16
    /// UTF-8 JSON.
    public var body: [UInt8]

    public init(name: String, schema: UInt16, body: [UInt8]) {
        self.name = name
        self.schema = schema
        self.body = body
    }
}
