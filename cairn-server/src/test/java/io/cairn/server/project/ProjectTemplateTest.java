// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.application.Application;
import io.cairn.launch.application.ApplicationFiles;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code cairn new} writes compiles without a warning and passes its own tests, in this
 * process; {@code NewProjectBuildTest} has Maven do it.
 */
class ProjectTemplateTest {

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"", "--xenon"})
  void theProjectCompilesAndPassesItsTests(String face) throws Exception {
    Path project =
        new NewProject(directory, NewProject.idleMaven(directory))
            .make("shop", face.isEmpty() ? new String[0] : new String[] {face});
    Path classes = Files.createDirectory(directory.resolve("classes"));
    compile(project.resolve("src"), classes);

    try (ApplicationFiles found =
        ApplicationFiles.in(classes, "src", getClass().getClassLoader())) {
      assertThat(found.applications())
          .extracting(Application::getClass)
          .extracting(Class::getName)
          .containsExactly("shop.ShopApplication");
      List<Class<?>> tests = testsIn(classes, found.classes());
      assertThat(tests).hasSize(2);
      for (Class<?> test : tests) {
        run(test);
      }
    }
  }

  private static void compile(Path sources, Path classes) throws Exception {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files =
            compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        Stream<Path> all = Files.walk(sources)) {
      List<Path> java = all.filter(file -> file.toString().endsWith(".java")).toList();
      List<String> options =
          List.of(
              "-Xlint:all,-processing,-path,-this-escape,-serial",
              "-proc:none",
              "-Werror",
              "-parameters",
              "-d",
              classes.toString(),
              "-classpath",
              System.getProperty("java.class.path"));
      boolean done =
          compiler
              .getTask(said, files, null, options, null, files.getJavaFileObjectsFromPaths(java))
              .call();
      assertThat(done).as(said.toString()).isTrue();
    }
  }

  private static List<Class<?>> testsIn(Path classes, ClassLoader loader) throws Exception {
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .map(file -> classes.relativize(file).toString())
          .filter(name -> name.endsWith("Test.class"))
          .map(name -> name.replace(".class", "").replace('/', '.'))
          .sorted()
          .<Class<?>>map(name -> load(name, loader))
          .toList();
    }
  }

  private static Class<?> load(String name, ClassLoader loader) {
    try {
      return loader.loadClass(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As JUnit would, as far as these tests go. */
  private static void run(Class<?> test) throws Exception {
    call(test, BeforeAll.class);
    try {
      assertThat(call(test, Test.class)).as("tests in " + test).isPositive();
    } finally {
      call(test, AfterAll.class);
    }
  }

  private static int call(Class<?> test, Class<? extends java.lang.annotation.Annotation> mark)
      throws Exception {
    List<Method> methods =
        Arrays.stream(test.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(mark))
            .toList();
    for (Method method : methods) {
      var constructor = test.getDeclaredConstructor();
      constructor.setAccessible(true);
      method.setAccessible(true);
      try {
        method.invoke(constructor.newInstance());
      } catch (InvocationTargetException e) {
        throw new AssertionError(test.getName() + "." + method.getName(), e.getCause());
      }
    }
    return methods.size();
  }
}
