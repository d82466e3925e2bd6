// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.dev;

import io.cairn.document.DocumentJson;
import io.cairn.document.DocumentKinds;
import io.cairn.launch.application.ApplicationException;
import io.cairn.launch.application.ApplicationFiles;
import io.cairn.launch.settings.ConfigurationException;
import io.cairn.net.NetClock;
import io.cairn.server.dev.Compilation.Broken;
import io.cairn.server.dev.Compilation.Compiled;
import io.cairn.server.project.Maven;
import io.cairn.server.project.MavenProject;
import io.cairn.server.project.MavenProject.ClassPath;
import io.cairn.server.project.ProjectException;
import io.cairn.service.ServiceHost;
import io.cairn.service.validation.Constraints;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a project, and takes over what changes in it: compiles all of it, and if that is good has
 * the host serve the new classes. Whatever is wrong is told, in the terminal and by the host, until
 * it is right; documents are never touched by it. Used by one thread.
 */
final class DevSession implements AutoCloseable {

  private final MavenProject project;
  private final Maven maven;
  private final PrintStream out;
  private final DevSettings settings;
  private final DevHost host;
  private final ProjectCompiler compiler;
  private final SourceWatch watch;
  private @Nullable ClassPath classPath;
  private @Nullable URLClassLoader libraries;
  private @Nullable ApplicationFiles application;
  private SortedMap<String, ServedDocuments> schemas = new TreeMap<>();

  /**
   * Begins; nothing is compiled yet.
   *
   * @param out where the author reads what goes on
   * @throws IOException if the project cannot be read
   */
  DevSession(
      MavenProject project, Maven maven, DevSettings settings, DevHost.Tie tie, PrintStream out)
      throws IOException {
    this.project = project;
    this.maven = maven;
    this.settings = settings;
    this.out = out;
    this.host = new DevHost(settings, tie);
    this.compiler = new ProjectCompiler(project);
    this.watch =
        new SourceWatch(
            Stream.concat(project.sources().stream(), Stream.of(project.resources())).toList(),
            Stream.concat(project.poms().stream(), Stream.of(settings.file())).toList());
    Directories.clear(project.workDirectory().resolve("classes"));
    makeSharedThreads();
  }

  /**
   * The thread that times what is delayed lives as long as the process and keeps the class loader
   * that whoever needed it first had at hand: not that of an application.
   */
  private static void makeSharedThreads() {
    CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(1, TimeUnit.NANOSECONDS))
        .join();
  }

  /** Takes over each change until the thread is interrupted. */
  void watch() throws IOException, InterruptedException, ConfigurationException {
    while (true) {
      Set<Path> changed = watch.await();
      say(
          "changed: "
              + changed.stream().limit(3).map(this::shown).collect(Collectors.joining(", "))
              + (changed.size() > 3 ? " and " + (changed.size() - 3) + " more" : ""));
      reload(changed.stream().anyMatch(project.poms()::contains));
    }
  }

  /** The host that runs; null if none does. */
  @Nullable ServiceHost host() {
    return host.host();
  }

  /** What loads the classes that run now, or ran last. */
  @Nullable ClassLoader classes() {
    ApplicationFiles present = application;
    return present == null ? null : present.classes();
  }

  /**
   * Compiles the project and has the host serve it.
   *
   * @param poms whether what it depends on may have changed
   * @return whether it serves; if not, it says why
   * @throws ConfigurationException if not even the host's own settings can be used
   * @throws IOException if a host cannot be started, even without the application
   */
  boolean reload(boolean poms) throws IOException, InterruptedException, ConfigurationException {
    long begun;
    ClassPath jars;
    Compilation compilation;
    try {
      jars = classPath(poms);
      begun = NetClock.nanoTime();
      compilation = compiler.compile(jars.compile(), project.resources());
    } catch (ProjectException e) {
      return fail("the project cannot be used", String.valueOf(e.getMessage()));
    } catch (IOException | UncheckedIOException e) {
      // Files come and go while they are read; the change that does that is seen next.
      return fail("its files cannot be read", e.toString());
    }
    return switch (compilation) {
      case Broken broken -> fail("it does not compile", broken.text());
      case Compiled compiled -> serve(compiled, jars, begun);
    };
  }

  private ClassPath classPath(boolean poms)
      throws ProjectException, IOException, InterruptedException {
    ClassPath present = classPath;
    if (present == null || poms) {
      present = project.classPath(maven, () -> say("asking Maven for the class path"));
      if (!present.equals(classPath)) {
        closeLibraries();
      }
      classPath = present;
    }
    return present;
  }

  private boolean serve(Compiled compiled, ClassPath jars, long begun)
      throws IOException, ConfigurationException {
    long compiledAt = NetClock.nanoTime();
    ApplicationFiles before = application;
    ApplicationFiles now;
    try {
      now = ApplicationFiles.in(compiled.classes(), "src/main/java", libraries(jars));
    } catch (ApplicationException e) {
      return fail("there is no application to run", String.valueOf(e.getMessage()));
    }
    application = now;
    boolean serves = start(now, () -> times(compiled, begun, compiledAt));
    if (before != null) {
      forget(before);
    }
    compiler.keepOnly(compiled.classes());
    return serves;
  }

  private String times(Compiled compiled, long begun, long compiledAt) {
    return "compiled %d %s in %d ms, started in %d ms"
        .formatted(
            compiled.sources(),
            compiled.sources() == 1 ? "source" : "sources",
            (compiledAt - begun) / 1_000_000,
            (NetClock.nanoTime() - compiledAt) / 1_000_000);
  }

  private boolean start(ApplicationFiles now, Supplier<String> times)
      throws IOException, ConfigurationException {
    settings.use(now.classes());
    Thread thread = Thread.currentThread();
    ClassLoader own = thread.getContextClassLoader();
    thread.setContextClassLoader(now.classes());
    boolean first = host.host() == null;
    try {
      DevHost.Running running = host.serve(now.applications());
      tell(running, times.get());
      return true;
    } catch (ConfigurationException e) {
      if (first) {
        throw e;
      }
      return fail("its settings cannot be used", String.join("\n", e.problems()));
    } catch (IOException e) {
      if (first) {
        throw e;
      }
      return fail("the host cannot start", "a port or the data cannot be used: " + e.getMessage());
    } catch (ApplicationException e) {
      return fail("it does not start", String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error e) {
      return fail("it does not start", e.toString());
    } finally {
      thread.setContextClassLoader(own);
    }
  }

  private void tell(DevHost.Running running, String times) {
    ServiceHost present = host.host();
    say(times + (present == null ? "" : "; serving at " + present.getPublicUri()));
    if (running.restored() > 0) {
      say(documents(running.restored()) + " in memory kept");
    }
    if (running.left() > 0) {
      say(
          documents(running.left())
              + " in memory without a service now; kept until one takes them, or this ends");
    }
    if (!schemas.isEmpty()) {
      ServedDocuments.changes(schemas, running.schemas()).forEach(change -> say("  " + change));
    }
    schemas = running.schemas();
  }

  private static String documents(int count) {
    return count + (count == 1 ? " document" : " documents");
  }

  private boolean fail(String what, String why) throws IOException, ConfigurationException {
    host.fail("The application is being changed, and " + what + ":\n" + why);
    say(what + "; its paths answer 503 until this is mended:");
    out.println(why.indent(2).stripTrailing());
    return false;
  }

  private ClassLoader libraries(ClassPath jars) {
    URLClassLoader present = libraries;
    if (present == null) {
      URL[] urls = jars.run().stream().map(DevSession::urlOf).toArray(URL[]::new);
      present = new URLClassLoader("libraries", urls, DevSession.class.getClassLoader());
      libraries = present;
    }
    return present;
  }

  private static URL urlOf(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException("a file has no URL: " + path, e);
    }
  }

  /**
   * Lets go of classes that are not used any more, here and where they are known by their names.
   */
  private static void forget(ApplicationFiles old) {
    old.close();
    DocumentKinds.shared().forget(old.classes());
    DocumentJson.standard().forgetTypes();
    Constraints.forgetTypes();
    ResourceBundle.clearCache(old.classes());
  }

  private void closeLibraries() throws IOException {
    URLClassLoader old = libraries;
    libraries = null;
    if (old != null) {
      // Classes of the application that runs may still load some; the collector closes it.
      DocumentKinds.shared().forget(old);
    }
  }

  private void say(String text) {
    out.println("dev: " + text);
  }

  private String shown(Path file) {
    return (file.startsWith(project.directory()) ? project.directory().relativize(file) : file)
        + (Files.exists(file) ? "" : " (removed)");
  }

  /** Stops the host in order. */
  @Override
  public void close() throws IOException {
    watch.close();
    host.close();
    ApplicationFiles last = application;
    if (last != null) {
      forget(last);
    }
    closeLibraries();
  }
}
