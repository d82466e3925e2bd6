// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings that an application adds. */
class ApplicationSettingsTest {
  @TempDir Path directory;

  private final ApplicationSettings settings = new ApplicationSettings();
  private SettingsReading reading;

  @BeforeEach
  void readThem() {
    reading = new SettingsReading(directory).with(settings);
  }

  @Test
  void eachTypeIsReadFromText() throws Exception {
    Supplier<String> name = settings.declare("name", "", "a name");
    Supplier<Integer> count = settings.declare("orders.limit", 100, "orders of a customer");
    Supplier<Long> large = settings.declare("large", 1L, "a large number");
    Supplier<Double> rate = settings.declare("rate", 0.5, "a rate");
    Supplier<Boolean> on = settings.declare("on", false, "whether it is on");
    Supplier<Duration> every = settings.declare("every", Duration.ofMinutes(90), "how often");
    Supplier<Path> place = settings.declare("place", Path.of("/tmp"), "where");
    Supplier<URI> shop = settings.declare("shop", URI.create("http://a"), "which shop");
    Supplier<TimeUnit> unit = settings.declare("unit", TimeUnit.SECONDS, "in what");
    assertThatThrownBy(count::get)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("orders.limit has no value yet");

    reading.read(
        "--name=",
        "--orders.limit=-7",
        "--large=9007199254740993",
        "--rate=1e3",
        "--on=1",
        "--every=250ms",
        "--place=/data",
        "--shop=http://b",
        "--unit=minutes");

    assertThat(List.of(name.get(), count.get(), large.get(), rate.get(), on.get()))
        .containsExactly("", -7, 9_007_199_254_740_993L, 1_000.0, true);
    assertThat(List.of(every.get(), place.get(), shop.get(), unit.get()))
        .containsExactly(
            Duration.ofMillis(250), Path.of("/data"), URI.create("http://b"), TimeUnit.MINUTES);
  }

  @Test
  void valuesComeFromWhereThoseOfTheHostComeFrom() throws Exception {
    Supplier<Integer> limit = settings.declare("orders.limit", 100, "orders of a customer");
    settings.declare("shop.token", "none", "who we are");
    reading.file("cairn-cluster.properties", "orders.limit=1");
    assertThat(reading.rows().get("orders.limit").getFirst()).isEqualTo("1");
    reading.variable("CAIRN_ORDERS_LIMIT", "2");
    assertThat(reading.rows().get("orders.limit"))
        .containsExactly("2", "environment CAIRN_ORDERS_LIMIT");
    reading.property("cairn.orders.limit", "3").variable("CAIRN_SHOP_TOKEN", "hunter2");
    Map<String, List<String>> rows = reading.rows("--orders.limit=4");
    assertThat(rows.get("orders.limit")).containsExactly("4", "argument");
    assertThat(rows.get("shop.token").getFirst()).isEqualTo("********");
    assertThat(limit.get()).isEqualTo(4);
  }

  @Test
  void mistakesAreToldTogetherWithThoseOfTheHost() {
    settings.declare("orders.limit", 100, "orders of a customer");
    assertThat(reading.problems("--orders.limt=1", "--orders.limit=x", "--prt=1"))
        .containsExactlyInAnyOrder(
            "--orders.limt is unknown; did you mean --orders.limit?",
            "--orders.limit is \"x\" and must be a whole number from -2147483648 to 2147483647",
            "--prt is unknown; did you mean --port?");
  }

  @Test
  void helpListsThemFirst() {
    settings.declare("orders.limit", 100, "orders of a customer");
    settings.declare("every", Duration.ofMinutes(90), "how often");
    assertThat(HostConfiguration.help(settings))
        .startsWith("Settings of the application:\n  --orders.limit=COUNT ")
        .contains("orders of a customer [100]", "--every=TIME", "how often [90m]")
        .containsSubsequence("orders of a customer", "Settings of the host:", "--port=PORT");
  }

  @ParameterizedTest
  @CsvSource({
    "port, the host has one of the name port",
    "bind.address, the host has one of the name bindAddress",
    "mine, the application has one of the name mine",
    "cluster.mine, are the host's",
    "config, CAIRN_CONFIG means something else",
    "My, cannot name a setting",
    "a..b, cannot name a setting",
    "a-b, cannot name a setting",
  })
  void namesThatWouldBeMistakenAreRefused(String name, String why) {
    settings.declare("mine", 1, "mine");
    assertThatThrownBy(() -> settings.declare(name, 1, "another"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + name + "\"")
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1})
  void defaultsThatCannotBeWrittenAreRefused(long nanos) {
    assertThatThrownBy(() -> settings.declare("every", Duration.ofNanos(nanos), "how often"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the default of the setting every");
    assertThatThrownBy(() -> settings.declare("day", List.of(), "when"))
        .hasMessageContaining("the setting day has a default of type ");
  }
}
