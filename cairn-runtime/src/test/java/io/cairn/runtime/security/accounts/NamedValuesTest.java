// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NamedValuesTest {

  private static final int STEPS = 2_000;

  private final NamedValues<Set<String>> values = new NamedValues<>(names -> names);

  @Test
  void valueIsFoundByTheNamesThatItHasNow() {
    values.put("/a", Set.of("x", "y"));
    values.put("/b", Set.of("y"));
    assertThat(values.named("y")).containsExactly(Set.of("x", "y"), Set.of("y"));

    values.put("/a", Set.of("z"));
    assertThat(values.named("x")).isEmpty();
    assertThat(values.named("y")).containsExactly(Set.of("y"));
    assertThat(values.named("z")).containsExactly(Set.of("z"));

    values.remove("/b");
    assertThat(values.named("y")).isEmpty();
    assertThat(values.get("/a")).isEqualTo(Set.of("z"));
  }

  @Test
  void findsWhatLookingAtAllWouldFind() {
    Random random = new Random(7);
    Map<String, Set<String>> plain = new HashMap<>();
    for (int step = 0; step < STEPS; step++) {
      String link = "/" + random.nextInt(20);
      switch (random.nextInt(10)) {
        case 0 -> {
          values.remove(link);
          plain.remove(link);
        }
        case 1 -> {
          Set<String> kept = new TreeSet<>(List.of(link, "/1", "/2", "/3", "/4", "/5", "/6"));
          values.retain(kept);
          plain.keySet().retainAll(kept);
        }
        default -> {
          Set<String> names =
              random.nextBoolean()
                  ? Set.of("n" + random.nextInt(5))
                  : Set.of("n" + random.nextInt(3), "m" + random.nextInt(3));
          values.put(link, names);
          plain.put(link, names);
        }
      }
      String name = (random.nextBoolean() ? "n" : "m") + random.nextInt(5);
      assertThat(values.named(name))
          .as("step %s", step)
          .containsExactlyInAnyOrderElementsOf(
              plain.values().stream().filter(names -> names.contains(name)).toList());
    }
  }
}
