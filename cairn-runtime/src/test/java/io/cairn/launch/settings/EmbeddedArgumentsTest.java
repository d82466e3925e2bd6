// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.cluster.membership.MembershipSettings;
import io.cairn.runtime.ClusterArguments;
import io.cairn.service.ServiceHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host that a program makes itself reads what {@code cairn start} reads. */
class EmbeddedArgumentsTest {

  /** Settings of an application beside those of the host. */
  public static class ShopArguments extends ServiceHost.Arguments {
    public boolean verbose;
    public String[] names = {};
    public int limit = 7;

    /** A setting of Xenon's example host, which means nothing to a host any more. */
    public String adminUser = "nobody";
  }

  private final ShopArguments shop = new ShopArguments();

  private static ServiceHost.Arguments read(ServiceHost.Arguments target, String... values) {
    return new EmbeddedArguments().read(values, target).apply(target);
  }

  @Test
  void argumentsSetFieldsOfTheHostAndOfTheApplication() {
    shop.bindAddress = "127.0.0.2";
    read(
        shop,
        "--port=0",
        "--sandbox=/data",
        "--verbose=true",
        "--names=a,b",
        "--adminUser=me",
        "--operationTimeout=5s",
        "--maintenanceIntervalMicros=9");

    assertThat(shop.port).isZero();
    assertThat(shop.sandbox).isEqualTo(Path.of("/data"));
    assertThat(shop.verbose).isTrue();
    assertThat(shop.names).containsExactly("a", "b");
    assertThat(shop.limit).isEqualTo(7);
    assertThat(shop.adminUser).isEqualTo("me");
    assertThat(shop.bindAddress).as("set by the program").isEqualTo("127.0.0.2");
    assertThat(shop.operationTimeoutMicros).isEqualTo(5_000_000);
    assertThat(shop.maintenanceIntervalMicros).isEqualTo(9);
  }

  @Test
  void whatIsWrongIsSaidAllAtOnceWithWhatWasMeant() {
    assertThatThrownBy(
            () ->
                ServiceHost.create(
                    "--prt=1",
                    "port=1",
                    "--operationTimeout=x",
                    "--securePort=1",
                    "--DEFAULT_PORT=1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--prt is unknown; did you mean --port?")
        .hasMessageContaining("\"port=1\" is no setting; write --name=value")
        .hasMessageContaining("--operationTimeout is \"x\" and must be a duration")
        .hasMessageContaining("--securePort needs --certificateFile")
        .hasMessageContaining("--DEFAULT_PORT is unknown");
    assertThatThrownBy(() -> read(shop, "--verbos=1", "--limit=many"))
        .hasMessageContaining("did you mean --verbose?")
        .hasMessageContaining("--limit is \"many\" and must be a whole number");
    assertThatThrownBy(() -> read(shop, "--nodes=3")).hasMessageContaining("Cairn.run");
  }

  @Test
  void settingsFileIsRead(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("shop.properties"), "limit=9\nport=0\n");
    read(shop, "--config=" + file, "--port=8123");
    assertThat(shop.limit).isEqualTo(9);
    assertThat(shop.port).isEqualTo(8123);
  }

  @Test
  void settingsOfTheClusterReachAHostWhoseArgumentsHaveNoFieldForThem() {
    ServiceHost.Arguments whole = read(shop, "--cluster.membership.ping.interval=7s");
    shop.port = 0;
    assertThat(whole).isInstanceOf(ClusterArguments.class);
    assertThat(((ClusterArguments) whole).membership.pingInterval())
        .isEqualTo(Duration.ofSeconds(7));

    ClusterArguments own = new ClusterArguments();
    own.membership =
        MembershipSettings.preset("lan").with().pingInterval(Duration.ofSeconds(8)).build();
    assertThat(read(own, "--port=0")).isSameAs(own);
    assertThat(own.membership.pingInterval()).isEqualTo(Duration.ofSeconds(8));
    read(own, "--cluster.membership.ping.interval=9s");
    assertThat(own.membership.pingInterval()).isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void whatTheProgramChangesAfterwardsCounts() {
    var whole = new EmbeddedArguments().read(new String[] {"--port=8123"}, shop);
    shop.port = 0;
    assertThat(whole.apply(shop).port).isZero();
  }
}
