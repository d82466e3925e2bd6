// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.xenon;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.samples.xenon.ApiRow.State;
import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The inventory of Xenon's API, {@code migration/xenon-api.tsv}, says the truth about the compiled
 * classes: a signature that changes must be changed there too.
 */
class XenonApiTest {

  private static List<ApiRow> rows;
  private static ApiCheck check;

  @BeforeAll
  static void read() throws IOException {
    rows = ApiRow.all();
    check = new ApiCheck(XenonNames.read());
  }

  @Test
  void everyRowStandsThereOnceAndSaysWhy() {
    assertThat(rows).hasSizeGreaterThan(2500).doesNotHaveDuplicates();
    assertThat(rows)
        .filteredOn(row -> row.state() != State.WORKS)
        .allSatisfy(row -> assertThat(row.reason()).as(row.toString()).isNotBlank());
    Map<String, Long> states =
        rows.stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.type() + " " + row.member() + " " + row.signature(),
                    Collectors.counting()));
    assertThat(states).allSatisfy((member, count) -> assertThat(count).as(member).isOne());
  }

  @Test
  void whatWorksHasTheSignatureThatSubclassesAndCallersSee() {
    List<String> differences = new ArrayList<>();
    for (ApiRow row : rows) {
      if (row.state() != State.REFUSED) {
        check
            .difference(row)
            .ifPresent(
                difference ->
                    differences.add(row.type() + ": " + row.signature() + " " + difference));
      }
    }
    assertThat(differences).isEmpty();
  }

  @Test
  void whatIsRefusedIsNotThereOrThrows() {
    List<String> present = new ArrayList<>();
    for (ApiRow row : rows) {
      if (row.state() == State.REFUSED && !isRefused(row)) {
        present.add(row.type() + ": " + row.signature());
      }
    }
    assertThat(present).isEmpty();
  }

  private static boolean isRefused(ApiRow row) {
    Optional<Class<?>> type = check.type(row.type());
    if (type.isEmpty()) {
      return true;
    }
    if (row.isType()) {
      return false;
    }
    if (!row.isMethod()) {
      return check.difference(row).orElse("").equals("no such field");
    }
    Optional<? extends Executable> found = check.find(row, type.get());
    return found.isEmpty() || throwsWhenCalled(type.get(), found.get());
  }

  private static boolean throwsWhenCalled(Class<?> type, Executable member) {
    Object[] arguments = new Object[member.getParameterCount()];
    for (int i = 0; i < arguments.length; i++) {
      Class<?> parameter = member.getParameterTypes()[i];
      arguments[i] = parameter == boolean.class ? (Object) true : parameter == int.class ? 1 : null;
    }
    try {
      Method method = (Method) member;
      method.setAccessible(true);
      method.invoke(type.getDeclaredConstructor().newInstance(), arguments);
      return false;
    } catch (InvocationTargetException e) {
      return e.getCause() instanceof UnsupportedOperationException refused
          && !refused.getMessage().isBlank();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(member.toString(), e);
    }
  }

  @Test
  void everyTypeThatIsRenamedIsInTheInventory() throws IOException {
    Set<String> types =
        rows.stream()
            .filter(row -> row.isType() && row.state() != State.REFUSED)
            .map(ApiRow::type)
            .collect(Collectors.toSet());
    assertThat(types).containsAll(XenonNames.read().oldNames());
  }
}
