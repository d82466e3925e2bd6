// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.xenon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The published import rewrite leads to classes that exist, and its two forms agree. */
class MigrationImportsTest {
  private static final Path DIRECTORY = Path.of("..", "migration");

  private static Map<String, String> imports() throws IOException {
    Map<String, String> imports = new LinkedHashMap<>();
    for (String line : Files.readAllLines(DIRECTORY.resolve("xenon-imports.tsv"))) {
      List<String> parts = List.of(line.split("\t", -1));
      assertThat(parts).as(line).hasSize(2);
      assertThat(imports.put(parts.get(0), parts.get(1))).as(line).isNull();
    }
    return imports;
  }

  @Test
  void everyNewNameIsAClass() throws IOException {
    assertThat(imports()).isNotEmpty();
    assertThat(imports().values())
        .allSatisfy(name -> assertThat(ApiCheck.load(name)).as(name).isPresent());
  }

  @Test
  void everyOldNameIsOfThePredecessor() throws IOException {
    List<String> oldNames = List.copyOf(imports().keySet());
    assertThat(oldNames).allMatch(name -> name.startsWith("com.vmware.xenon.")).isSorted();
  }

  @Test
  void recipeSaysTheSameAsTheTable() throws IOException {
    StringBuilder expected = new StringBuilder();
    imports()
        .forEach(
            (oldName, newName) ->
                expected
                    .append("  - org.openrewrite.java.ChangeType:\n")
                    .append("      oldFullyQualifiedTypeName: ")
                    .append(binaryName(oldName))
                    .append("\n      newFullyQualifiedTypeName: ")
                    .append(binaryName(newName))
                    .append('\n'));

    assertThat(Files.readString(DIRECTORY.resolve("rewrite.yml")))
        .contains("name: io.cairn.migration.XenonImports")
        .endsWith("recipeList:\n" + expected);
  }

  /** OpenRewrite names nested classes with a dollar sign. */
  private static String binaryName(String name) {
    StringBuilder binary = new StringBuilder();
    boolean inClass = false;
    for (String part : name.split("\\.", -1)) {
      binary.append(binary.isEmpty() ? "" : inClass ? "$" : ".").append(part);
      inClass = inClass || Character.isUpperCase(part.charAt(0));
    }
    return binary.toString();
  }
}
