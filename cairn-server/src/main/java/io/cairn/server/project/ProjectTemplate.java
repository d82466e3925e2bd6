// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.project;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files of a new project, in one of the two faces. Stateless. */
enum ProjectTemplate {
  /** Documents that are records. */
  MODERN(
      "modern",
      "{{Name}}Application",
      "`POST /orders/x` pays or ships one",
      "`Order` is the document, `Orders` what can be done with it, `{{Name}}Application` puts it"
          + " together.",
      "curl -X POST -H 'Content-Type: application/json' -d '{\"kind\":\"Payment\"}'"
          + " http://localhost:8000/orders/one",
      "OrdersTest",
      "`--help` lists all settings, `--orders.limit` among them.") {
    @Override
    void addTo(Map<String, String> files, String java) {
      files.put("src/main/java/" + java + "/Order.java", "modern/Order.java");
      files.put("src/main/java/" + java + "/Orders.java", "modern/Orders.java");
      files.put("src/test/java/" + java + "/OrdersTest.java", "modern/OrdersTest.java");
    }
  },

  /** Classes that extend those of Xenon. */
  XENON(
      "xenon",
      "{{Name}}Host",
      "`PATCH /orders/x` pays or ships one",
      "`OrderService` has the document and its handlers, `{{Name}}Host` is the host with its main"
          + " class.",
      "curl -X PATCH -H 'Content-Type: application/json' -d '{\"status\":\"PAID\"}'"
          + " http://localhost:8000/orders/one",
      "OrderServiceTest",
      "`{{Name}}Application` is what `dev` and `start` find.") {
    @Override
    void addTo(Map<String, String> files, String java) {
      files.put("src/main/java/" + java + "/OrderService.java", "xenon/OrderService.java");
      files.put("src/main/java/" + java + "/{{Name}}Host.java", "xenon/Host.java");
      files.put("src/test/java/" + java + "/OrderServiceTest.java", "xenon/OrderServiceTest.java");
      // Its main class starts the host itself, so that the program decides how it logs.
      files.put("cairn.properties", "xenon/cairn.properties");
      files.put("src/main/resources/logback.xml", "xenon/logback.xml");
    }
  };

  private final String directory;
  private final String main;

  @SuppressWarnings("ImmutableEnumChecker") // Map.of makes one that cannot change
  private final Map<String, String> texts;

  ProjectTemplate(
      String directory,
      String main,
      String change,
      String sources,
      String pay,
      String tests,
      String help) {
    this.directory = directory;
    this.main = main;
    this.texts =
        Map.of("change", change, "sources", sources, "pay", pay, "tests", tests, "help", help);
  }

  abstract void addTo(Map<String, String> files, String java);

  /** Where files go, and what they are made of. */
  private Map<String, String> files(String java) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("pom.xml", "common/pom.xml");
    files.put("README.md", "common/README.md");
    files.put("Dockerfile", "common/Dockerfile");
    files.put(".dockerignore", "common/dockerignore");
    files.put(".gitignore", "common/gitignore");
    files.put("cairn.properties", "common/cairn.properties");
    files.put("src/test/resources/logback-test.xml", "common/logback-test.xml");
    files.put(
        "src/main/java/" + java + "/{{Name}}Application.java", directory + "/Application.java");
    files.put("src/test/java/" + java + "/ThreeHostsTest.java", directory + "/ThreeHostsTest.java");
    addTo(files, java);
    return files;
  }

  /**
   * Writes the project.
   *
   * @param target made if it is not there
   * @param version of Cairn
   * @param launcher what one types for {@code cairn} in the project
   */
  void writeTo(Path target, ProjectName name, String version, String launcher) throws IOException {
    Map<String, String> words = new LinkedHashMap<>(texts);
    words.put("main", main);
    words.put("name", name.name());
    words.put("Name", name.className());
    words.put("package", name.javaPackage());
    words.put("cairn", launcher);
    words.put("cairn.version", version);
    for (Map.Entry<String, String> file : files(name.javaPackage().replace('.', '/')).entrySet()) {
      Path path = target.resolve(filled(file.getKey(), words));
      Files.createDirectories(path.getParent());
      Files.writeString(path, filled(read(file.getValue()), words));
    }
  }

  private static String filled(String text, Map<String, String> words) {
    String filled = text;
    // Texts of the first kind hold words of the second.
    for (Map.Entry<String, String> word : words.entrySet()) {
      filled = filled.replace("{{" + word.getKey() + "}}", word.getValue());
    }
    return filled;
  }

  private static String read(String file) throws IOException {
    try (InputStream in = ProjectTemplate.class.getResourceAsStream(file + ".template")) {
      if (in == null) {
        throw new IllegalStateException("there is no template " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
