// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeSpecTest {

  @Test
  void partsAreTakenInXoomsOrder() {
    assertThat(NodeSpec.parse("1:node1:true:localhost:17171:17172"))
        .isEqualTo(new NodeSpec(1, "node1", true, "localhost", 17171, 17172));
    assertThat(NodeSpec.parse("32767:a-b_c.9:FALSE:10.0.0.7:1:65535"))
        .isEqualTo(new NodeSpec(32767, "a-b_c.9", false, "10.0.0.7", 1, 65535));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1:node1:true:localhost:17171:17172",
        "2:node2:false:localhost:17173:17174",
        "3:n:false:[::1]:1:2",
        "4:n:true:[2001:db8::7]:65535:1",
        "5:n:true:host-1.example.org:3:4",
      })
  void textToSpecToTextIsTheSame(String text) {
    assertThat(NodeSpec.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0:n:true:h:1:2, id is \"0\" and must be a whole number from 1 to 32767",
    "-1:n:true:h:1:2, id is \"-1\"",
    "32768:n:true:h:1:2, id is \"32768\"",
    "one:n:true:h:1:2, id is \"one\"",
    "1::true:h:1:2, name is \"\"",
    "1:a b:true:h:1:2, name is \"a b\"",
    "1:n:yes:h:1:2, isSeed is \"yes\" and must be true or false",
    "1:n:1:h:1:2, isSeed is \"1\"",
    "1:n:true::1:2, host is \"\"",
    "1:n:true:-x:1:2, host is \"-x\"",
    "1:n:true:1.2.3.400:1:2, host is \"1.2.3.400\"",
    "1:n:true:[::x]:1:2, host is \"[::x]\"",
    "1:n:true:[1.2.3.4]:1:2, host is \"[1.2.3.4]\"",
    "1:n:true:h:0:2, opPort is \"0\" and must be a whole number from 1 to 65535",
    "1:n:true:h:1:65536, appPort is \"65536\"",
    "1:n:true:h:1:-2, appPort is \"-2\"",
    "1:n:true:h:7:7, opPort and appPort are both 7",
    "node1, 'six parts, for example 1:node1:true:localhost:17171:17172; a name alone'",
    "1:n:true:h:1, six parts",
    "1:n:true:h:1:2:3, six parts",
    "1:n:true:::1:1:2, six parts",
  })
  void whatIsWrongIsNamedWithItsValue(String text, String expected) {
    List<String> problems = new ArrayList<>();
    NodeSpec.parse(text, problems);
    assertThat(problems)
        .singleElement()
        .asString()
        .startsWith("the node spec \"" + text + "\": ")
        .contains(expected);
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    assertThatThrownBy(() -> NodeSpec.parse("0:a b:maybe:[x]:0:x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "id is", "name is", "isSeed is", "host is", "opPort is", "appPort is");
  }

  @Test
  void filesOfApplicationsAreToldFromSpecsAndSlips(@TempDir Path directory) throws Exception {
    String odd = Files.createFile(directory.resolve("a=b.jar")).toString();
    List<String> words = List.of("1:n:true:localhost:1:2", "shop.jar", "--port=1", odd, "port=1");
    assertThat(SpecArgument.OPTIONAL.files(words)).containsExactly("shop.jar", odd);
    assertThat(SpecArgument.REQUIRED.files(words)).containsExactly("shop.jar", odd);
    assertThat(SpecArgument.NONE.files(words)).containsExactly("shop.jar", odd);
    assertThat(SpecArgument.REQUIRED.files(List.of("node1", "shop.jar")))
        .containsExactly("shop.jar");
  }

  @Test
  void loopbackHostsAreKnownAsSuch() {
    assertThat(List.of("localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "[::1]"))
        .allMatch(host -> new NodeSpec(1, "n", true, host, 1, 2).isLoopback());
    assertThat(List.of("10.0.0.1", "node1", "[2001:db8::1]", "localhost.example.org"))
        .noneMatch(host -> new NodeSpec(1, "n", true, host, 1, 2).isLoopback());
  }
}
