// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.application.ClusterApplicationAdapter;
import io.cairn.cluster.application.MessagingSettings;
import io.cairn.cluster.attributes.AttributesSettings;
import io.cairn.cluster.membership.MembershipSettings;
import io.cairn.runtime.ClusterArguments;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys of XOOM's file. */
class ClusterKeysTest {

  private static final String[] XOOM = {
    "cluster.ssl=false",
    "cluster.op.buffer.size=2048",
    "cluster.app.buffer.size=20480",
    "cluster.app.incoming.probe.interval=10",
    "cluster.op.outgoing.pooled.buffers=20",
    "cluster.app.outgoing.pooled.buffers=50",
    "cluster.msg.charset=UTF-8",
    "cluster.app.class=" + Listener.class.getName(),
    "cluster.app.stage=fake.app.stage",
    "cluster.health.check.interval=2000",
    "cluster.attributes.redistribution.interval=500",
    "cluster.attributes.redistribution.retries=7",
    "cluster.startup.period=2500",
    "cluster.nodes.quorum=2",
    "cluster.seeds=localhost:17171,[::1]:17173",
  };

  @TempDir Path directory;
  private SettingsReading reading;

  /** An application as a user writes one. */
  public static final class Listener extends ClusterApplicationAdapter {
    /** Made by the host. */
    public Listener() {}
  }

  /** Not for others. */
  static final class Hidden extends ClusterApplicationAdapter {}

  /** Half an application. */
  public abstract static class Unfinished extends ClusterApplicationAdapter {}

  /** Wants to be told something. */
  public static final class Demanding extends ClusterApplicationAdapter {
    /** Not for the host. */
    public Demanding(String word) {
      assertThat(word).isNotNull();
    }
  }

  @BeforeEach
  void newReading() {
    reading = new SettingsReading(directory);
  }

  @Test
  void everyKeyOfAnXoomFileArrivesWhereItIsObeyed() throws Exception {
    Path file = reading.file("mine.properties", XOOM);
    ClusterArguments host = reading.host("--config=" + file);

    assertThat(host.attributes)
        .isEqualTo(
            AttributesSettings.defaults()
                .with(
                    it ->
                        it.maxEntryBytes(2048)
                            .redistributionInterval(Duration.ofMillis(500))
                            .redistributionRetries(7)));
    assertThat(host.membership).isEqualTo(MembershipSettings.defaults().withMaxMetadataBytes(2048));
    assertThat(host.messaging.maxMessageBytes()).isEqualTo(20_480);
    assertThat(host.clusterApplicationClass).isEqualTo(Listener.class.getName());
    assertThat(host.clusterApplicationStage).isEqualTo("fake.app.stage");
    assertThat(host.startupPeriodMicros).isEqualTo(2_500_000);
    assertThat(host.membershipQuorum).isEqualTo(2);
    assertThat(host.peerNodes).containsExactly("http://localhost:17171", "http://[::1]:17173");
    assertThat(host.securePort).isEqualTo(-1);
  }

  @Test
  void whatHasNoMeaningAnyMoreIsSaidInOneLine() throws Exception {
    Path file =
        reading.file(
            "mine.properties",
            SettingsReading.and(
                XOOM,
                "cluster.op.incoming.probe.interval=100",
                "cluster.heartbeat.interval=7000",
                "cluster.live.node.timeout=20000",
                "cluster.quorum.timeout=60000",
                "cluster.nodes=node1,node2",
                "cluster.seedNodes=node1",
                "cluster.quorum=2",
                "node.node1.id=1",
                "node.node1.name=node1",
                "node.node1.host=localhost",
                "node.node1.op.port=17171",
                "node.node1.app.port=17172"));

    assertThat(reading.read("--config=" + file).notes())
        .singleElement()
        .asString()
        .startsWith("Accepted, and of no meaning any more: ")
        .contains("cluster.app.incoming.probe.interval", "cluster.op.outgoing.pooled.buffers")
        .contains(
            "cluster.app.outgoing.pooled.buffers", "cluster.msg.charset (text is UTF-8, always)")
        .contains("cluster.health.check.interval", "cluster.op.incoming.probe.interval")
        .contains(
            "cluster.heartbeat.interval", "cluster.live.node.timeout", "cluster.quorum.timeout")
        .contains("cluster.nodes (see cluster.seeds)", "cluster.seedNodes (see cluster.seeds)")
        .contains("cluster.quorum (see cluster.nodes.quorum)")
        .contains("node.node1.id", "node.node1.app.port")
        .doesNotContain("cluster.app.class", "cluster.nodes.quorum (");
  }

  @Test
  void everyDefaultIsThePagesOrOurs() throws Exception {
    ClusterArguments host = reading.host();

    assertThat(host.attributes).isEqualTo(AttributesSettings.defaults());
    assertThat(host.attributes.redistributionInterval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(host.attributes.redistributionRetries()).isEqualTo(20);
    assertThat(host.attributes.maxEntryBytes()).isEqualTo(4096);
    assertThat(host.membership).isEqualTo(MembershipSettings.defaults());
    assertThat(host.messaging).isEqualTo(MessagingSettings.defaults());
    assertThat(host.messaging.maxMessageBytes()).isEqualTo(10_240);
    assertThat(host.messaging.queueCapacity()).isEqualTo(1_000);
    assertThat(host.messaging.overflow()).isEqualTo(MessagingSettings.Overflow.REJECT);
    assertThat(host.persistentAttributes).isFalse();
    assertThat(host.clusterApplicationClass).isNull();
    assertThat(host.clusterApplicationStage).isNull();
    assertThat(host.nodeProperties).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "cluster.op.buffer.size=511, 512 to 65536 bytes",
    "cluster.op.buffer.size=64M, 512 to 65536 bytes",
    "cluster.app.buffer.size=0, 1 to 16777216 bytes",
    "cluster.app.buffer.size=ten, 1 to 16777216 bytes",
    "cluster.app.inbound.queue=0, a whole number from 1 to 1000000",
    "cluster.app.overflow=drop, 'one of reject, dropOldest'",
    "cluster.app.stage=a b, letters",
    "cluster.attributes.redistribution.interval=0, 1 to 3600000 milliseconds",
    "cluster.attributes.redistribution.interval=2h, 1 to 3600000 milliseconds",
    "cluster.attributes.redistribution.retries=-1, a whole number from 0 to 10000",
    "cluster.attributes.persistent=maybe, true or false",
    "cluster.startup.period=-1, 0 to 3600000 milliseconds",
    "cluster.startup.period=1.5, 0 to 3600000 milliseconds",
    "cluster.nodes.quorum=0, 'from 1 to 49, or the word majority'",
    "cluster.ssl=yes, true or false",
    "cluster.seeds=host, \"host\"; each entry must be host:port",
    "cluster.seeds=h:0, \"h:0\"; each entry must be host:port",
    "cluster.seeds=::1:5, \"::1:5\"; each entry must be host:port",
    "cluster.seeds=[::1], \"[::1]\"; each entry must be host:port",
    "cluster.seeds=http://h:1, each entry must be host:port",
    "cluster.membership.preset=moon, 'one of default, local, lan, wan'",
    "cluster.membership.ping.interval=0, 1 to 3600000 milliseconds",
    "cluster.membership.gossip.fanout=0, a whole number from 1 to 100",
    "cluster.membership.ping.request.members=-1, a whole number from 0 to 100",
  })
  void valueOutOfRangeIsRefusedWithItsKeyItsPlaceAndTheRange(String line, String range)
      throws Exception {
    Path file = reading.file("mine.properties", "# first", line);
    ConfigurationException failure = reading.failure("--config=" + file);
    String key = line.substring(0, line.indexOf('='));
    assertThat(failure.problems())
        .singleElement()
        .asString()
        .startsWith(key + " in " + file + " line 2 is \"")
        .contains(range);
    assertThat(failure.isUsage()).isFalse();
  }

  @Test
  void everythingWrongWithFileAndArgumentsIsSaidAtOnce() throws Exception {
    Path file =
        reading.file(
            "mine.properties", "cluster.seeds=a", "cluster.op.buffer.size=x", "port=y", "q=1");
    ConfigurationException failure =
        reading.failure(
            "1:n:true:h:1:1", "--config=" + file, "--logLevel=loud", "--cluster.seed=a:1");
    assertThat(failure.problems())
        .hasSize(7)
        .anyMatch(problem -> problem.contains("opPort and appPort are both 1"))
        .anyMatch(problem -> problem.contains("--logLevel is \"loud\""))
        .anyMatch(
            problem -> problem.contains("--cluster.seed is unknown; did you mean --cluster.seeds?"))
        .anyMatch(problem -> problem.contains("cluster.seeds in"))
        .anyMatch(problem -> problem.contains("cluster.op.buffer.size in"))
        .anyMatch(problem -> problem.contains("port in"))
        .anyMatch(problem -> problem.contains("q in"));
    assertThat(failure.isUsage()).isTrue();
  }

  @Test
  void unknownClusterKeysOfAFileAreWarnedOfWithTheNearestOne() throws Exception {
    Path file =
        reading.file(
            "mine.properties",
            "cluster.node.quorum=3",
            "CLUSTER.SEEDS=a:1",
            "node.x=1",
            "cluster.zzzzzzzzzzzzz=1");
    HostConfiguration read = reading.read("--config=" + file);
    assertThat(read.host().membershipQuorum).isEqualTo(1);
    assertThat(read.notes())
        .containsExactlyInAnyOrder(
            "cluster.node.quorum in "
                + file
                + " line 1 is not used: it is unknown; did you mean cluster.nodes.quorum?",
            "CLUSTER.SEEDS in "
                + file
                + " line 2 is not used: it is unknown; did you mean cluster.seeds?",
            "node.x in " + file + " line 3 is not used: it is unknown",
            "cluster.zzzzzzzzzzzzz in " + file + " line 4 is not used: it is unknown");
  }

  @Test
  void unknownKeysAreWarnedOfBesideWhatIsWrong() throws Exception {
    Path file = reading.file("mine.properties", "cluster.node.quorum=3", "cluster.seeds=a");
    ConfigurationException failure = reading.failure("--config=" + file);
    assertThat(failure.problems()).singleElement().asString().startsWith("cluster.seeds in");
    assertThat(failure.notes())
        .containsExactly(
            "cluster.node.quorum in "
                + file
                + " line 1 is not used: it is unknown; did you mean cluster.nodes.quorum?");
  }

  @Test
  void fileWithXoomsNameIsAcceptedAsItIs() throws Exception {
    reading.file("xoom-cluster.properties", "plugin.name=x", "cluster.nodes.quorum=2");
    HostConfiguration read = reading.read();
    assertThat(read.host().membershipQuorum).isEqualTo(2);
    assertThat(read.file()).endsWith("xoom-cluster.properties");
    assertThat(read.notes()).singleElement().asString().contains("plugin.name");
  }

  @Test
  void fileIsTheNamedOneOrCairnsOrXoomsOnTheClassPath() throws Exception {
    assertThat(reading.read().file()).isNull();
    Path xoom = reading.file("xoom-cluster.properties", "cluster.nodes.quorum=2");
    assertThat(reading.host().membershipQuorum).isEqualTo(2);
    Path cairn = reading.file("cairn-cluster.properties", "cluster.nodes.quorum=3");
    HostConfiguration both = reading.read();
    assertThat(both.host().membershipQuorum).isEqualTo(3);
    assertThat(both.file()).isEqualTo(cairn.toString());
    assertThat(both.notes()).containsExactly("Not read, because " + cairn + " is there: " + xoom);
    Path named = reading.file("named", "cluster.nodes.quorum=4");
    HostConfiguration third = reading.read("--config=" + named);
    assertThat(third.host().membershipQuorum).isEqualTo(4);
    assertThat(third.notes()).isEmpty();
  }

  @Test
  void argumentBeatsPropertyBeatsEnvironmentBeatsFile() throws Exception {
    reading.file("cairn-cluster.properties", "cluster.nodes.quorum=2");
    assertThat(reading.host().membershipQuorum).isEqualTo(2);
    reading.variable("CAIRN_CLUSTER_NODES_QUORUM", "3");
    assertThat(reading.host().membershipQuorum).isEqualTo(3);
    reading.property("cluster.nodes.quorum", "4");
    assertThat(reading.host().membershipQuorum).isEqualTo(4);
    reading.property("cairn.cluster.nodes.quorum", "5");
    assertThat(reading.host().membershipQuorum).isEqualTo(5);
    assertThat(reading.host("--cluster.nodes.quorum=6").membershipQuorum).isEqualTo(6);
  }

  @Test
  void ofTwoNamesForOneThingTheHigherSourceDecides() throws Exception {
    reading.file(
        "cairn-cluster.properties",
        "cluster.nodes.quorum=2",
        "cluster.seeds=a:1",
        "startupPeriod=1s");
    ClusterArguments host =
        reading.host("--membershipQuorum=3", "--peerNodes=b", "--cluster.startup.period=7");
    assertThat(host.membershipQuorum).isEqualTo(3);
    assertThat(host.peerNodes).containsExactly("http://b:8000");
    assertThat(host.startupPeriodMicros).isEqualTo(7_000);
    assertThat(reading.problems("--membershipQuorum=2", "--cluster.nodes.quorum=2"))
        .containsExactly(
            "--cluster.nodes.quorum and --membershipQuorum say the same thing; keep one");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      a:1             | 1
      a:1,b:1         | 2
      a:1,b:1,c:1     | 2
      a:1,A:1,b:1,c:1 | 2
      a:1,b:1,c:1,d:1 | 3
      ''              | 1
      """)
  void majorityIsThatOfTheSeedsOnSeedsAndOthersAlike(String seeds, int quorum) throws Exception {
    String[] settings = {"--cluster.seeds=" + seeds, "--cluster.nodes.quorum=majority"};
    assertThat(reading.host(settings).membershipQuorum).isEqualTo(quorum);
    assertThat(reading.host(SettingsReading.and(settings, "1:n:true:a:1:9")).membershipQuorum)
        .isEqualTo(quorum);
  }

  @Test
  void seedsMayNameTheNodeItselfAndNobody() throws Exception {
    assertThat(
            reading.host("1:n:true:localhost:7:8", "--cluster.seeds=localhost:7,[::1]:9").peerNodes)
        .containsExactly("http://[::1]:9");
    assertThat(reading.host("1:n:true:a.example:7:8", "--cluster.seeds=A.example:7,b:7").peerNodes)
        .containsExactly("http://b:7");
    assertThat(reading.host("1:n:false:localhost:7:8", "--cluster.seeds=").peerNodes).isEmpty();
  }

  @Test
  void seedIsToldOfTheOtherSeedsToo() throws Exception {
    String seeds = "--cluster.seeds=localhost:1,localhost:3";
    assertThat(reading.host("1:a:true:localhost:1:2", seeds).peerNodes)
        .containsExactly("http://localhost:3");
    assertThat(reading.host("3:c:false:localhost:5:6", seeds).peerNodes)
        .containsExactly("http://localhost:1", "http://localhost:3");
  }

  @Test
  void membershipBeginsWithAPresetAndTakesSingleValues() throws Exception {
    assertThat(reading.host("--cluster.membership.preset=LAN").membership)
        .isEqualTo(MembershipSettings.lan());
    assertThat(
            reading.host(
                    "--cluster.membership.preset=wan",
                    "--cluster.membership.ping.interval=2s",
                    "--cluster.membership.ping.timeout=500",
                    "--cluster.membership.gossip.fanout=5")
                .membership)
        .isEqualTo(
            MembershipSettings.wan()
                .with(
                    it ->
                        it.pingInterval(Duration.ofSeconds(2))
                            .pingTimeout(Duration.ofMillis(500))
                            .gossipFanout(5)));
    assertThat(reading.problems("--cluster.membership.ping.timeout=400"))
        .containsExactly(
            "cluster.membership.ping.timeout must be below cluster.membership.ping.interval");
  }

  @Test
  void everyKnobOfMembershipCanBeSet() throws Exception {
    MembershipSettings read =
        reading.host(
                "--cluster.membership.ping.interval=11",
                "--cluster.membership.ping.timeout=10",
                "--cluster.membership.ping.request.members=12",
                "--cluster.membership.suspicion.multiplier=13",
                "--cluster.membership.gossip.interval=14",
                "--cluster.membership.gossip.fanout=15",
                "--cluster.membership.gossip.repeat.multiplier=16",
                "--cluster.membership.sync.interval=17",
                "--cluster.membership.seed.interval=18",
                "--cluster.membership.metadata.timeout=19",
                "--cluster.membership.leave.timeout=20",
                "--cluster.op.buffer.size=4097")
            .membership;
    assertThat(read)
        .isEqualTo(
            new MembershipSettings(
                Duration.ofMillis(11),
                Duration.ofMillis(10),
                12,
                13,
                Duration.ofMillis(14),
                15,
                16,
                Duration.ofMillis(17),
                Duration.ofMillis(18),
                Duration.ofMillis(19),
                Duration.ofMillis(20),
                4097,
                MembershipSettings.defaults().maxSeeds()));
  }

  @Test
  void applicationMustBeAClassThatTheHostCanMake() throws Exception {
    assertThat(reading.host(application(Listener.class)).clusterApplicationClass)
        .isEqualTo(Listener.class.getName());
    Map<Class<?>, String> flaws =
        Map.of(
            String.class, "does not implement io.cairn.cluster.application.ClusterApplication",
            Hidden.class, "is not public",
            Unfinished.class, "is abstract",
            Demanding.class, "has no public constructor without parameters");
    flaws.forEach(
        (type, flaw) -> {
          ConfigurationException failure = reading.failure(application(type));
          assertThat(failure.problems()).singleElement().asString().contains(type.getName(), flaw);
          assertThat(failure.isUsage()).isFalse();
        });
    assertThat(reading.problems("--cluster.app.class=no.Such"))
        .singleElement()
        .asString()
        .contains("not on the class path", "CAIRN_CLASSPATH");
  }

  private static String application(Class<?> type) {
    return "--cluster.app.class=" + type.getName();
  }

  @Test
  void emptyApplicationIsNone() throws Exception {
    reading.file(
        "cairn-cluster.properties", "cluster.app.class=", "cluster.app.stage=", "cluster.seeds=");
    ClusterArguments host = reading.host();
    assertThat(host.clusterApplicationClass).isNull();
    assertThat(host.clusterApplicationStage).isNull();
    assertThat(reading.problems("--cluster.nodes.quorum="))
        .containsExactly("--cluster.nodes.quorum is empty; COUNT|majority is expected");
  }

  @Test
  void messagesHaveAQueueAndAPolicy() throws Exception {
    MessagingSettings messaging =
        reading.host("--cluster.app.inbound.queue=5", "--cluster.app.overflow=dropOldest")
            .messaging;
    assertThat(messaging.queueCapacity()).isEqualTo(5);
    assertThat(messaging.overflow()).isEqualTo(MessagingSettings.Overflow.DROP_OLDEST);
    assertThat(messaging.maxMessageBytes()).isEqualTo(10_240);
    assertThat(reading.host("--cluster.attributes.persistent=true").persistentAttributes).isTrue();
  }

  @Test
  void helpListsTheKeysWithTheirDefaults() {
    assertThat(HostConfiguration.help(new ApplicationSettings()))
        .contains(
            "--cluster.seeds=HOST:PORT", "[4096]", "--cluster.membership.preset=default|local")
        .doesNotContain("cluster.msg.charset");
    assertThat(List.of(HostConfiguration.help(new ApplicationSettings()).split("\n")))
        .allMatch(line -> line.length() <= 140);
  }

  @Test
  void documentationNamesEverySettingThatIsObeyedAndEveryKeyThatIsNot() throws Exception {
    String text = Files.readString(Path.of("..", "docs", "configuration.md"));
    assertThat(
            Settings.all().stream()
                .filter(
                    setting -> setting.effect() == Setting.Effect.OBEYED || setting.isClusterKey())
                .map(setting -> setting.name().replace(MembershipKnobs.PREFIX, ""))
                .filter(name -> !text.contains("`" + name + "`")))
        // It stands in the sentence above the table.
        .containsExactly("preset");
  }
}
