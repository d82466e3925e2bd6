// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cairn.application.Application;
import io.cairn.launch.application.ApplicationException;
import io.cairn.launch.application.ApplicationFiles;
import io.cairn.launch.application.DeclaredApplication;
import io.cairn.launch.exit.HostExit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applications in jars and directories, and what can be wrong with them. */
class ApplicationFilesTest {
  private static final String SERVICES = "META-INF/services/io.cairn.application.Application";

  @TempDir Path directory;
  private int works;

  private SourceJar sources() throws IOException {
    return new SourceJar(directory.resolve("work" + works++));
  }

  private static String application(String name, String body) {
    return "public class %s implements Application { public void configure(ApplicationSetup app) {%s} }"
        .formatted(name, body);
  }

  private static String serving(String name, String path) {
    return application(
        name, "app.endpoint(\"%s\", Service.Action.GET, request -> \"hello\");".formatted(path));
  }

  /** The paths that the applications would serve. */
  private static List<String> links(Object... files) throws ApplicationException {
    List<String> names = Stream.of(files).map(Object::toString).toList();
    try (ApplicationFiles found = ApplicationFiles.of(names)) {
      DeclaredApplication declared = DeclaredApplication.of(found.applications());
      declared.settingsAreRead();
      return List.copyOf(declared.links());
    }
  }

  private static String refusal(Object... files) {
    ApplicationException refused =
        catchThrowableOfType(ApplicationException.class, () -> links(files));
    assertThat(refused).isNotNull();
    assertThat(refused.exitCode()).isEqualTo(HostExit.DATA_UNUSABLE);
    return refused.getMessage();
  }

  @Test
  void publicClassesThatAreApplicationsAreFound() throws Exception {
    Path jar =
        sources()
            .type("shop.Shop", serving("Shop", "/shop"))
            .type("shop.Base", "public abstract class Base implements Application {}")
            .type(
                "shop.Orders",
                "public class Orders extends Base { public void configure(ApplicationSetup app) {"
                    + "app.endpoint(\"/orders\", Service.Action.GET, request -> 1);} }")
            .type(
                "shop.Hidden",
                "class Hidden extends Base { public void configure(ApplicationSetup a) {} }")
            .type(
                "shop.Bound",
                "public class Bound extends Base { public Bound(int i) {} public void configure(ApplicationSetup a) {} }")
            .jar(directory.resolve("shop.jar"));
    assertThat(links(jar)).containsExactly("/orders", "/shop");
  }

  @Test
  void theDocumentedApplicationIsOne() throws Exception {
    String page = Files.readString(Path.of("../docs/applications.md"));
    int start = page.indexOf("```java\n") + 8;
    String source = page.substring(start, page.indexOf("```", start));
    Path jar = sources().source("shop.Shop", source).jar(directory.resolve("shop.jar"));
    assertThat(links(jar)).containsExactly("/orders", "/limit");
  }

  @Test
  void namedApplicationsAreTheOnlyOnes() throws Exception {
    Path jar =
        sources()
            .type("shop.Shop", serving("Shop", "/shop"))
            .type("shop.Orders", serving("Orders", "/orders"))
            .file(SERVICES, "# ours\nshop.Orders # the one\n")
            .jar(directory.resolve("shop.jar"));
    assertThat(links(jar)).containsExactly("/orders");
  }

  @Test
  void librariesAreFoundWhereBuildsPutThem() throws Exception {
    Path library =
        sources()
            .type(
                "lib.Words",
                "public class Words { public static String path() { return \"/words\"; } }")
            .jar(directory.resolve("library.jar"));
    SourceJar shop =
        sources()
            .with(library)
            .type(
                "shop.Shop",
                application(
                    "Shop", "app.endpoint(lib.Words.path(), Service.Action.GET, request -> 1);"));
    Path project = directory.resolve("project");
    Path jar = shop.jar(project.resolve("target/shop.jar"));
    assertThat(refusal(jar))
        .contains("shop.Shop", "it needs the class lib.Words", "directory lib beside it");

    Path classes = project.resolve("target/classes");
    Files.createDirectories(project.resolve("target/lib"));
    Files.copy(library, project.resolve("target/lib/library.jar"));
    Files.createDirectories(classes.resolve("shop"));
    Files.copy(shop.classes().resolve("shop/Shop.class"), classes.resolve("shop/Shop.class"));
    assertThat(links(jar)).as("jar with lib beside it").containsExactly("/words");
    assertThat(links(classes)).as("classes with lib beside them").containsExactly("/words");
    assertThat(links(project)).as("a project").containsExactly("/words");
    Path deployed = Files.createDirectories(directory.resolve("deployed"));
    Files.copy(jar, deployed.resolve("shop.jar"));
    Files.copy(library, deployed.resolve("library.jar"));
    assertThat(links(deployed)).as("a directory of jars").containsExactly("/words");
    assertThat(links(shop.classPath("../../library.jar").jar(directory.resolve("a/b/shop.jar"))))
        .as("the manifest's class path")
        .containsExactly("/words");
  }

  @Test
  void whatIsNoApplicationIsSaid() throws Exception {
    assertThat(refusal(directory.resolve("absent.jar"))).contains("no jar or directory", "absent");
    assertThat(refusal(Files.createDirectory(directory.resolve("empty"))))
        .contains("holds neither jars nor classes");
    Path project = Files.createDirectory(directory.resolve("project"));
    Files.createFile(project.resolve("pom.xml"));
    assertThat(refusal(project)).contains("is not compiled: run mvn package");
    Path text = Files.writeString(directory.resolve("text.jar"), "nothing");
    assertThat(refusal(text)).contains("text.jar is no jar, or damaged");
    Path none = sources().type("a.B", "public class B {}").jar(directory.resolve("none.jar"));
    assertThat(refusal(none)).contains("no application in", "none.jar", "java -cp");
  }

  @Test
  void classesThatCannotBeUsedAreSaid() throws Exception {
    assertThat(
            refusal(
                sources()
                    .type(
                        "a.B",
                        "public class B implements Application { public B(int i) {} public void configure(ApplicationSetup a) {} }")
                    .jar(directory.resolve("bound.jar"))))
        .contains("a.B needs a public constructor without parameters");
    assertThat(
            refusal(
                sources()
                    .type(
                        "a.B",
                        "public class B implements Application { public B() { throw new IllegalStateException(\"no wheels\"); } public void configure(ApplicationSetup a) {} }")
                    .jar(directory.resolve("throws.jar"))))
        .contains(
            "the application a.B", "cannot be made: no wheels (at a.B.<init>, line 5 of B.java)")
        .doesNotContain("\n");
    assertThat(
            refusal(
                sources()
                    .type("a.B", "public class B {}")
                    .file(SERVICES, "a.B\na.C")
                    .jar(directory.resolve("named.jar"))))
        .contains("a.B", "does not implement io.cairn.application.Application");
    assertThat(
            refusal(
                sources()
                    .file(SERVICES, "a.C")
                    .type("a.B", "class B {}")
                    .jar(directory.resolve("absent.jar"))))
        .contains("names the application a.C, and there is no such class");
  }

  @Test
  void classesForANewerJavaOrDamagedOnesAreSaid() throws Exception {
    Path classes = sources().type("a.B", serving("B", "/b")).classes();
    Path file = classes.resolve("a/B.class");
    byte[] bytes = Files.readAllBytes(file);
    bytes[7] = (byte) (bytes[7] + 2);
    Files.write(file, bytes);
    assertThat(refusal(classes))
        .contains("B.class", "compiled for Java 27, and this is Java 25", "--release 25");
    Files.createDirectories(classes.resolve("META-INF/services"));
    Files.writeString(classes.resolve(SERVICES), "a.B");
    assertThat(refusal(classes)).contains("a.B", "compiled for a newer Java than 25");
    Files.delete(classes.resolve(SERVICES));
    Files.writeString(file, "nothing of the kind");
    assertThat(refusal(classes)).contains("B.class", "is damaged");
  }

  @Test
  void twoThatClaimOnePathOrSettingAreRefused() throws Exception {
    Path one = sources().type("a.A", serving("A", "/same")).jar(directory.resolve("one.jar"));
    Path other = sources().type("b.B", serving("B", "/same/")).jar(directory.resolve("other.jar"));
    assertThat(refusal(one, other))
        .contains(
            "the application b.B cannot be used",
            "/same is served by the application a.A already; give one of them another path");
    String setting = "app.setting(\"limit\", 1, \"a limit\");";
    one = sources().type("a.A", application("A", setting)).jar(directory.resolve("one.jar"));
    other = sources().type("b.B", application("B", setting)).jar(directory.resolve("other.jar"));
    assertThat(refusal(one, other)).contains("b.B", "the application has one of the name limit");
  }

  @Test
  void cairnsOwnExamplesAreNotAmongTheApplications() throws Exception {
    String example = "io/cairn/service/examples/ExampleApplication.class";
    SourceJar shop = sources().type("a.A", serving("A", "/a"));
    Path packed = shop.classes().resolve(example);
    Files.createDirectories(packed.getParent());
    try (InputStream bytes = Application.class.getClassLoader().getResourceAsStream(example)) {
      Files.write(packed, bytes.readAllBytes());
    }
    assertThat(links(shop.classes())).containsExactly("/a");
  }

  @Test
  void classesOfTestsAreNotAmongTheApplications() throws Exception {
    Path target = directory.resolve("project/target");
    Files.createDirectories(target);
    Files.move(sources().type("a.A", serving("A", "/a")).classes(), target.resolve("classes"));
    Files.move(
        sources().type("a.T", serving("T", "/test")).classes(), target.resolve("test-classes"));
    assertThat(links(target)).containsExactly("/a");
    assertThat(links(target.getParent())).containsExactly("/a");
  }

  @Test
  void applicationIsMadeWhereItsClassesAreFoundByName() throws Exception {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    String body =
        "public class A implements Application { private final ClassLoader made ="
            + " Thread.currentThread().getContextClassLoader();"
            + " public void configure(ApplicationSetup app) {"
            + " app.endpoint(\"/\" + (made == A.class.getClassLoader()),"
            + " Service.Action.GET, request -> 1); } }";
    assertThat(links(sources().type("a.A", body).jar(directory.resolve("a.jar"))))
        .containsExactly("/true");
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
  }

  @Test
  void whatCairnHasComesFromCairn() throws Exception {
    Path jar = sources().type("a.A", serving("A", "/a")).jar(directory.resolve("a.jar"));
    try (ApplicationFiles found = ApplicationFiles.of(List.of(jar.toString()))) {
      assertThat(found.applications()).singleElement().isInstanceOf(Application.class);
      assertThat(found.classes().loadClass(Application.class.getName()))
          .isSameAs(Application.class);
    }
  }
}
