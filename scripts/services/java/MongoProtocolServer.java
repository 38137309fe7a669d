import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A server that speaks MongoDB's protocol, for tests where no mongod is to be had. Arguments: port (0 = any), then
 * "memory" or the path of an H2 file, then optionally "follow" to end when standard input does.
 */
public final class MongoProtocolServer {
    /** What the Node driver 7 asks for at least, with the capabilities of 5.0. */
    private static final MongoVersion VERSION = new MongoVersion() {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(5, 0, 0);
        }

        @Override
        public int getWireVersion() {
            return 13;
        }
    };

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        MongoBackend backend = arguments[1].equals("memory") ? new MemoryBackend() : new H2Backend(arguments[1]);
        MongoServer server = new MongoServer(backend.version(VERSION));
        try {
            server.bind(new InetSocketAddress("127.0.0.1", port));
        } catch (Exception error) {
            // The server's threads would keep the process up; netty throws the checked BindException unannounced.
            System.out.println("cannot listen on 127.0.0.1:" + port + ": " + error.getMessage());
            System.exit(1);
        }
        // The closing hook writes the H2 file out; a killed process loses acknowledged writes.
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
        System.out.println("listening on " + server.getLocalAddress().getPort());
        if (arguments.length > 2 && arguments[2].equals("follow")) {
            while (System.in.read() != -1) {
                // Nothing is said on it; its end is the sign.
            }
            System.exit(0);
        }
        Thread.currentThread().join();
    }
}
