import io.trino.plugin.memory.MemoryPlugin;
import io.trino.plugin.tpch.TpchPlugin;
import io.trino.spi.type.TimeZoneKey;
import io.trino.testing.DistributedQueryRunner;
import io.trino.testing.TestingSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A Trino of one node on loopback, with TPC-H's tables in the catalogs tpch (decimals) and plain (doubles), and memory, in UTC. It ends when its input does. */
public class TrinoServer {
  public static void main(String[] arguments) throws Exception {
    var session = TestingSession.testSessionBuilder().setCatalog("memory").setSchema("default").setTimeZoneKey(TimeZoneKey.UTC_KEY);
    var runner = DistributedQueryRunner.builder(session.build()).setNodeCount(1).build();
    runner.installPlugin(new TpchPlugin());
    runner.createCatalog("tpch", "tpch", Map.of("tpch.column-naming", "STANDARD", "tpch.double-type-mapping", "DECIMAL"));
    runner.createCatalog("plain", "tpch", Map.of());
    runner.installPlugin(new MemoryPlugin());
    runner.createCatalog("memory", "memory", Map.of());
    Files.writeString(Path.of(arguments[0]), runner.getCoordinator().getBaseUrl().toString());
    while (System.in.read() >= 0) {}
    System.exit(0);
  }
}
