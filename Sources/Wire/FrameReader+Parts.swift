import Kernel

// What several verbs have in common.
extension FrameReader {
    func requiredID() throws(Fault) -> WireID {
        guard let id else { throw .malformed("'\(verb)' needs an id; '-' stands for none") }
        return id
    }

    /// A copy of the body; valid when finished.
    func body(of bytes: UnsafeRawBufferPointer) throws(Fault) -> [UInt8] {
        guard body.count <= WireLimits.body else {
            throw Fault(
                .tooLarge, "the body has \(body.count) bytes; \(WireLimits.body) are allowed",
                ["size": .int(Int64(body.count)), "limit": .int(Int64(WireLimits.body))])
        }
        return Array(bytes[body])
    }
}

/// The object that a body holds; an empty body is `{}`. `whose` names the message.
func bodyObject(
    _ whose: String, _ body: some Collection<UInt8>, maximumDepth: Int = JSON.maximumDepth
) throws(Fault) -> JSONObject {
    if body.isEmpty { return JSONObject() }
    let json: JSON
    do { json = try JSON.parse(Array(body), maximumDepth: maximumDepth) } catch {
        throw .malformed("the body of \(whose) is not JSON: \(error.message)")
    }
    guard let object = json.objectValue else { throw .malformed("the body of \(whose) is \(json.kind), not an object") }
    return object
}
