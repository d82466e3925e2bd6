// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Classes that a test compiles from text, as a directory or a jar. */
final class SourceJar {
  private final Path work;
  private final List<Path> sources = new ArrayList<>();
  private final List<Path> libraries = new ArrayList<>();
  private final Path classes;
  private String manifestPath = "";

  /** Works in a directory of its own. */
  SourceJar(Path work) throws IOException {
    this.work = work;
    this.classes = Files.createDirectories(work.resolve("classes"));
  }

  /** Adds a class, such as {@code shop.Shop}; its package is written in front of the text. */
  SourceJar type(String name, String text) throws IOException {
    int dot = name.lastIndexOf('.');
    return source(
        name,
        "package "
            + name.substring(0, dot)
            + ";\nimport io.cairn.application.*;\nimport io.cairn.service.*;\n"
            + "import java.util.function.*;\n"
            + text);
  }

  /** Adds a whole source file. */
  SourceJar source(String name, String text) throws IOException {
    Path source = work.resolve("sources/" + name.replace('.', '/') + ".java");
    Files.createDirectories(source.getParent());
    Files.writeString(source, text);
    sources.add(source);
    return this;
  }

  /** Adds a file that is not compiled. */
  SourceJar file(String name, String text) throws IOException {
    Path file = classes.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  /** Compiles against another jar. */
  SourceJar with(Path library) {
    libraries.add(library);
    return this;
  }

  /** Names other jars in the manifest. */
  SourceJar classPath(String names) {
    manifestPath = names;
    return this;
  }

  /** Compiles what was added. */
  Path classes() throws IOException {
    List<String> words = new ArrayList<>(List.of("-proc:none", "-d", classes.toString(), "-cp"));
    words.add(
        System.getProperty("java.class.path")
            + String.join("", libraries.stream().map(jar -> ":" + jar).toList()));
    sources.forEach(source -> words.add(source.toString()));
    int result =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, words.toArray(String[]::new));
    assertThat(result).as("compiles").isZero();
    return classes;
  }

  /** Compiles what was added into a jar. */
  Path jar(Path file) throws IOException {
    classes();
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (!manifestPath.isEmpty()) {
      manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, manifestPath);
    }
    Files.createDirectories(file.getParent());
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out, manifest);
        Stream<Path> files = Files.walk(classes)) {
      for (Path each : files.filter(Files::isRegularFile).sorted().toList()) {
        jar.putNextEntry(new JarEntry(classes.relativize(each).toString()));
        Files.copy(each, jar);
      }
    }
    return file;
  }
}
