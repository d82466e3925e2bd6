// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the arrows between the modules, and between the packages inside them. */
class ArchitectureTest {

  private static final String[] DOCUMENT = {"io.cairn.document..", "io.cairn.query.."};
  private static final String[] NET = {"io.cairn.net..", "io.cairn.wire.."};
  private static final String[] STORE = {"io.cairn.store.."};
  private static final String[] CLUSTER = {"io.cairn.cluster.."};
  private static final String[] SERVICE = {"io.cairn.service..", "io.cairn.application.."};
  private static final String[] RUNTIME = {"io.cairn.runtime..", "io.cairn.launch.."};

  private static JavaClasses cairn;

  @BeforeAll
  static void readClasses() {
    cairn =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.cairn");
  }

  @Test
  void documentsKnowNoOtherModule() {
    mayUseOnly(DOCUMENT, DOCUMENT);
  }

  @Test
  void netKnowsNoOtherModule() {
    mayUseOnly(NET, NET);
  }

  @Test
  void storeKnowsDocumentsOnly() {
    mayUseOnly(STORE, DOCUMENT, STORE);
  }

  @Test
  void clusterKnowsNeitherStoreNorServices() {
    mayUseOnly(CLUSTER, DOCUMENT, NET, CLUSTER);
  }

  @Test
  void authorsFaceKnowsDocumentsOnly() {
    mayUseOnly(SERVICE, DOCUMENT, SERVICE);
  }

  @Test
  void runtimeKnowsNoServerAndNoClient() {
    mayUseOnly(RUNTIME, DOCUMENT, NET, STORE, CLUSTER, SERVICE, RUNTIME);
  }

  @Test
  void hostsDoNotKnowHowTheyAreLaunched() {
    noClasses()
        .that()
        .resideInAPackage("io.cairn.runtime..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.cairn.launch..")
        .check(cairn);
  }

  /** Applications log with what they like; a process without Logback never loads these classes. */
  @Test
  void onlyTheLogsSetUpNamesItsBackend() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.cairn.launch.logging", "io.cairn.server.logging", "io.cairn.testkit.logging")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ch.qos.logback..")
        .check(cairn);
  }

  @Test
  void requestsGoThroughTheRuntimeOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("io.cairn.runtime..")
        .layer("assembly")
        .definedBy("io.cairn.runtime")
        .layer("rest")
        .definedBy("io.cairn.runtime.rest")
        .layer("dispatch")
        .definedBy("io.cairn.runtime.dispatch")
        .layer("query")
        .definedBy("io.cairn.runtime.query")
        .layer("watch")
        .definedBy("io.cairn.runtime.watch")
        .layer("subscriptions")
        .definedBy("io.cairn.runtime.subscriptions")
        .layer("stateful")
        .definedBy("io.cairn.runtime.stateful")
        .layer("routing")
        .definedBy("io.cairn.runtime.routing")
        .layer("nodes")
        .definedBy("io.cairn.runtime.nodes")
        .layer("cluster")
        .definedBy("io.cairn.runtime.cluster")
        .whereLayer("assembly")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("rest")
        .mayOnlyBeAccessedByLayers("assembly")
        .whereLayer("nodes")
        .mayOnlyBeAccessedByLayers("assembly")
        .whereLayer("dispatch")
        .mayOnlyBeAccessedByLayers("assembly", "rest", "nodes")
        .whereLayer("cluster")
        .mayOnlyBeAccessedByLayers("assembly", "rest")
        .whereLayer("query")
        .mayOnlyBeAccessedByLayers("assembly", "rest", "dispatch")
        .whereLayer("watch")
        .mayOnlyBeAccessedByLayers("assembly", "dispatch", "query", "subscriptions")
        .whereLayer("subscriptions")
        .mayOnlyBeAccessedByLayers("assembly")
        .whereLayer("stateful")
        .mayOnlyBeAccessedByLayers(
            "assembly", "rest", "dispatch", "query", "watch", "subscriptions", "nodes")
        .whereLayer("routing")
        .mayOnlyBeAccessedByLayers("assembly", "rest", "dispatch", "nodes", "cluster")
        .check(cairn);
  }

  @Test
  void commandLineClientKnowsNoHost() {
    mayUseOnly(new String[] {"io.cairn.cli.."}, new String[] {"io.cairn.cli.."});
  }

  @Test
  void onlyTheRaftPackageNamesTheConsensusEngine() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.cairn.cluster.raft..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.microraft..")
        .check(cairn);
  }

  @Test
  void onlyTheStoreNamesLucene() {
    noClasses()
        .that()
        .resideOutsideOfPackages(STORE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.lucene..")
        .check(cairn);
  }

  @Test
  void onlyNetNamesNetty() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.cairn.net..", "io.cairn.benchmarks..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(cairn);
  }

  /** Each package by its full name is a slice, those at the root of a module among them. */
  @Test
  void packagesHaveNoCycles() {
    SliceAssignment eachPackage =
        new SliceAssignment() {
          @Override
          public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
          }

          @Override
          public String getDescription() {
            return "each package";
          }
        };
    slices().assignedFrom(eachPackage).should().beFreeOfCycles().check(cairn);
  }

  private static void mayUseOnly(String[] module, String[]... others) {
    String[] allowed =
        java.util.stream.Stream.concat(
                java.util.Arrays.stream(others).flatMap(java.util.Arrays::stream),
                java.util.stream.Stream.of("io.cairn.none"))
            .toArray(String[]::new);
    classes()
        .that()
        .resideInAnyPackage(module)
        .should()
        .onlyDependOnClassesThat(
            com.tngtech.archunit.base.DescribedPredicate.or(
                com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage(allowed),
                com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage(
                    "io.cairn..")))
        .check(cairn);
  }
}
