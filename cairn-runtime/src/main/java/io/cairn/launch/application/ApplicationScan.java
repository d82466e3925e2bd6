// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.application;

import io.cairn.application.Application;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ConstantDescs;
import java.lang.reflect.AccessFlag;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Finds the names of applications in a jar or a directory, without loading a class; one thread.
 * Those that a file of {@code META-INF/services} names, or else those that its class files are.
 */
final class ApplicationScan {
  /** What the names of class files end with. */
  static final String CLASS = ".class";

  private static final String SERVICES = "META-INF/services/" + Application.class.getName();
  private static final String APPLICATION = Application.class.getName().replace('.', '/');
  private static final int MAGIC = 0xcafebabe;
  private static final int HEAD = 8;

  /** The version of Java 1.0's, less one. */
  private static final int FIRST_MAJOR = 44;

  /**
   * What a class file says.
   *
   * @param kinds what it extends and implements
   * @param candidate whether it is public and concrete
   * @param constructed whether it has a public constructor without parameters
   */
  private record Outline(Set<String> kinds, boolean candidate, boolean constructed) {}

  private final Path root;
  private final Map<String, Outline> outlines = new HashMap<>();
  private final Set<String> named = new LinkedHashSet<>();
  private final Set<String> unconstructed = new TreeSet<>();

  private ApplicationScan(Path root) {
    this.root = root;
  }

  /**
   * Looks at a jar or a directory.
   *
   * @param unconstructed gets the classes that are applications and have no constructor to use
   * @throws ApplicationException if it cannot be read, or holds classes for a newer Java
   */
  static Set<String> of(Path root, Set<String> unconstructed) throws ApplicationException {
    ApplicationScan scan = new ApplicationScan(root);
    try {
      if (Files.isDirectory(root)) {
        scan.read(root);
      } else {
        try (FileSystem jar = FileSystems.newFileSystem(root)) {
          scan.read(jar.getPath("/"));
        }
      }
    } catch (IOException e) {
      throw new ApplicationException(root + " cannot be read: " + e.getMessage());
    }
    unconstructed.addAll(scan.unconstructed);
    return scan.named;
  }

  private void read(Path top) throws IOException, ApplicationException {
    Path services = top.resolve(SERVICES);
    if (Files.exists(services)) {
      for (String line : Files.readAllLines(services)) {
        String name = line.replaceFirst("#.*", "").strip();
        if (!name.isEmpty()) {
          named.add(name);
        }
      }
      return;
    }
    List<Path> files;
    try (Stream<Path> all = Files.walk(top)) {
      files = all.filter(file -> isClass(top.relativize(file).toString())).sorted().toList();
    }
    for (Path file : files) {
      outline(file);
    }
    outlines.forEach(this::judge);
  }

  private static boolean isClass(String name) {
    return name.endsWith(CLASS)
        && !name.startsWith("META-INF")
        && !name.endsWith("module-info.class")
        && !name.endsWith("package-info.class");
  }

  private void outline(Path file) throws IOException, ApplicationException {
    byte[] bytes = Files.readAllBytes(file);
    try {
      requireKnownVersion(file, bytes);
      ClassModel model = ClassFile.of().parse(bytes);
      outlines.put(model.thisClass().asInternalName(), outline(model));
    } catch (IllegalArgumentException e) {
      throw new ApplicationException(
          "the class file " + name(file) + " in " + root + " is damaged: " + e.getMessage());
    }
  }

  /** The parser would not say which Java such a class is for. */
  private void requireKnownVersion(Path file, byte[] bytes) throws ApplicationException {
    ByteBuffer head = ByteBuffer.wrap(bytes);
    if (bytes.length < HEAD || head.getInt() != MAGIC) {
      throw new IllegalArgumentException("it does not begin as class files do");
    }
    int major = head.getInt() & 0xffff;
    if (major > ClassFile.latestMajorVersion()) {
      int here = Runtime.version().feature();
      throw new ApplicationException(
          ("%s in %s is compiled for Java %d, and this is Java %d; run it with that, or compile it"
                  + " with --release %d")
              .formatted(name(file), root, major - FIRST_MAJOR, here, here));
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static Outline outline(ClassModel model) {
    Set<String> kinds = new LinkedHashSet<>();
    model.superclass().ifPresent(parent -> kinds.add(parent.asInternalName()));
    model.interfaces().forEach(face -> kinds.add(face.asInternalName()));
    boolean candidate =
        model.flags().has(AccessFlag.PUBLIC)
            && !model.flags().has(AccessFlag.ABSTRACT)
            && !model.flags().has(AccessFlag.INTERFACE);
    return new Outline(
        kinds, candidate, candidate && model.methods().stream().anyMatch(ApplicationScan::isPlain));
  }

  private static boolean isPlain(MethodModel method) {
    return method.methodName().equalsString(ConstantDescs.INIT_NAME)
        && method.methodType().equalsString("()V")
        && method.flags().has(AccessFlag.PUBLIC);
  }

  private void judge(String type, Outline outline) {
    if (outline.candidate() && !isCairns(type) && isApplication(type, new ArrayList<>())) {
      (outline.constructed() ? named : unconstructed).add(type.replace('/', '.'));
    }
  }

  /** The examples are in Cairn's own jars, and so among the classes of who packs these with his. */
  private static boolean isCairns(String type) {
    return type.startsWith("io/cairn/")
        && ApplicationScan.class.getClassLoader().getResource(type + CLASS) != null;
  }

  private boolean isApplication(String type, List<String> seen) {
    Outline outline = outlines.get(type);
    if (outline == null || seen.contains(type)) {
      return false;
    }
    seen.add(type);
    return outline.kinds().contains(APPLICATION)
        || outline.kinds().stream().anyMatch(kind -> isApplication(kind, seen));
  }
}
