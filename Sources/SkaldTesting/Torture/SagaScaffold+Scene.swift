/// For whoever reads a scene from a file.
extension SagaScaffold {
    /// The first command of the scene that is not accepted: its place from 0, and the server's answer.
    package func refusedGiven() throws -> (place: Int, answer: String)? {
        let server = try ScaffoldServer(handlers, Injector(view: view))
        for (place, command) in scene.enumerated() {
            do { try command.play(on: server) } catch let difference as Difference { return (place, difference.actual) }
        }
        return nil
    }
}
