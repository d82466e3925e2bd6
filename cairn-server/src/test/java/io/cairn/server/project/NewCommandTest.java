// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A project is made whole, or nothing is. */
class NewCommandTest {

  @TempDir Path tools;
  @TempDir Path directory;
  private NewProject command;

  @BeforeEach
  void findMaven() throws Exception {
    command = new NewProject(directory, NewProject.idleMaven(tools));
  }

  private List<String> files() throws Exception {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> directory.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void theProjectHasWhatItSays() throws Exception {
    command.make("my-shop", "--package=com.example.shop");

    assertThat(files())
        .containsExactly(
            "my-shop/.dockerignore",
            "my-shop/.gitignore",
            "my-shop/Dockerfile",
            "my-shop/README.md",
            "my-shop/cairn.properties",
            "my-shop/pom.xml",
            "my-shop/src/main/java/com/example/shop/MyShopApplication.java",
            "my-shop/src/main/java/com/example/shop/Order.java",
            "my-shop/src/main/java/com/example/shop/Orders.java",
            "my-shop/src/test/java/com/example/shop/OrdersTest.java",
            "my-shop/src/test/java/com/example/shop/ThreeHostsTest.java",
            "my-shop/src/test/resources/logback-test.xml");
    for (String file : files()) {
      assertThat(directory.resolve(file)).content().doesNotContain("{{");
    }
    assertThat(directory.resolve("my-shop/pom.xml"))
        .content()
        .contains("<artifactId>my-shop</artifactId>", "com.example.shop.MyShopApplication");
    assertThat(command.said()).contains("mvn verify", "/opt/cairn/cairn dev");
  }

  @Test
  void theHostOfXenonsFaceLogsByAFileAndEndsIfItDoesNotStart() throws Exception {
    command.make("shop", "--xenon");

    assertThat(files()).contains("shop/src/main/resources/logback.xml");
    assertThat(directory.resolve("shop/src/main/resources/logback.xml"))
        .content()
        .contains("<root level=\"INFO\">");
    assertThat(directory.resolve("shop/cairn.properties"))
        .content()
        .contains("port=8000")
        .doesNotContain("logLevel");
    assertThat(directory.resolve("shop/src/main/java/shop/ShopHost.java"))
        .content()
        .containsSubsequence("host.start();", "catch (Throwable e)", "host.stop();", "throw e;");
  }

  @Test
  void namesThatNothingCanHaveAreRefusedAndNothingIsMade() throws Exception {
    for (String[] arguments :
        new String[][] {
          {"1shop"},
          {"a/b"},
          {"../shop"},
          {""},
          {"class"},
          {"shop", "--package=com.1.x"},
          {"shop", "--package=com.new"},
          {"shop", "--package=io.cairn.shop"},
          {"java"}
        }) {
      assertThat(command.run(arguments)).as(String.join(" ", arguments)).isEqualTo(2);
    }
    assertThat(command.said())
        .contains("\"1shop\" cannot be the name of a project", "--package=NAME");
    assertThat(files()).isEmpty();
  }

  @Test
  void aDirectoryWithFilesIsLeftAlone() throws Exception {
    Files.createDirectory(directory.resolve("shop"));
    Files.writeString(directory.resolve("shop/mine"), "mine");

    assertThat(command.run("shop")).isEqualTo(2);

    assertThat(command.said()).contains("already, with files in it");
    assertThat(files()).containsExactly("shop/mine");

    Files.delete(directory.resolve("shop/mine"));
    assertThat(command.run("shop")).as("an empty one will do").isZero();
  }

  @Test
  void withoutMavenNothingIsMade() throws Exception {
    NewProject without =
        new NewProject(directory, new Maven("/nowhere", Path.of(System.getProperty("java.home"))));

    assertThat(without.run("shop")).isEqualTo(2);

    assertThat(without.said()).contains("no mvn on the PATH");
    assertThat(files()).isEmpty();
  }
}
