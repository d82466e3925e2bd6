// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.launch.settings.PropertiesFile.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class PropertiesFileTest {

  private final List<String> problems = new ArrayList<>();

  private Map<String, Entry> read(String text) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  private Map<String, Entry> read(byte[] bytes) throws IOException {
    return PropertiesFile.read(new ByteArrayInputStream(bytes), problems);
  }

  @Test
  void entriesAreThoseOfJavasPropertiesWithTheirLines() throws IOException {
    String text =
        """
        # a comment that ends with a backslash \\
        a = 1
          b:2
        c 3

        ! another
        long = one, \\
            two, \\
            three
        d=\\u0041\\\\
        e
        a = again
        """;
    Map<String, Entry> read = read(text);

    Properties javas = new Properties();
    javas.load(new StringReader(text));
    assertThat(read.keySet()).isEqualTo(javas.stringPropertyNames());
    read.forEach((name, entry) -> assertThat(entry.value()).isEqualTo(javas.getProperty(name)));
    assertThat(read)
        .containsEntry("b", new Entry("2", 3))
        .containsEntry("long", new Entry("one, two, three", 7))
        .containsEntry("d", new Entry("A\\", 10))
        .containsEntry("a", new Entry("again", 12));
    assertThat(problems).isEmpty();
  }

  @Test
  void linesMayEndAsOnOtherSystems() throws IOException {
    assertThat(read("a=1\r\nb=2\rc=3")).containsEntry("c", new Entry("3", 3)).hasSize(3);
  }

  @Test
  void lineThatCannotBeReadIsNamedAndTheOthersAreRead() throws IOException {
    assertThat(read("a=1\nb=\\uXYZW\nc=3\n")).containsOnlyKeys("a", "c");
    assertThat(problems).singleElement().asString().startsWith("line 2: ");
  }

  @Test
  void textIsUtf8OrElseLatin1() throws IOException {
    assertThat(read("a=\u00fc")).containsEntry("a", new Entry("\u00fc", 1));
    assertThat(read("\ufeffa=1")).containsKey("a");
    assertThat(read("a=\u00fc".getBytes(StandardCharsets.ISO_8859_1)))
        .containsEntry("a", new Entry("\u00fc", 1));
  }

  @Test
  void fileThatIsNoConfigurationIsNotRead() {
    assertThatThrownBy(() -> read(new byte[2 << 20])).hasMessageContaining("larger than");
  }
}
