// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttributePathTest {

  @Test
  void namesAllSetsASetOrAnAttribute() {
    assertThat(AttributePath.of("")).isEqualTo(new AttributePath(null, null));
    assertThat(AttributePath.of("/")).isEqualTo(new AttributePath(null, null));
    assertThat(AttributePath.of("/Set1")).isEqualTo(new AttributePath("Set1", null));
    assertThat(AttributePath.of("/Set1/")).isEqualTo(new AttributePath("Set1", null));
    assertThat(AttributePath.of("/Set1/a")).isEqualTo(new AttributePath("Set1", "a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a b", "a/b", "/", "ä", "a%2Fb", "a+b", "?#&", "日本", "😀", ".", "..", "%"})
  void nameComesBackAsItWasEncoded(String name) {
    String path = "/" + AttributePath.encode(name) + "/" + AttributePath.encode(name);

    assertThat(AttributePath.of(path)).isEqualTo(new AttributePath(name, name));
  }

  @Test
  void plusIsAPlus() {
    assertThat(AttributePath.of("/a+b")).isEqualTo(new AttributePath("a+b", null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a/b/c", "/a//b", "//b", "/%", "/%4", "/%zz", "/%ff", "/a/%c0%af"})
  void whatNamesNothingIsRefused(String path) {
    assertThatIllegalArgumentException().isThrownBy(() -> AttributePath.of(path));
  }
}
