// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the arrows between the modules, and between the packages inside them. */
class ArchitectureTest {

  private static final String[] DOCUMENT = {"io.cairn.document..", "io.cairn.query.."};
  private static final String[] NET = {"io.cairn.net.."};
  private static final String[] STORE = {"io.cairn.store.."};
  private static final String[] CLUSTER = {"io.cairn.cluster.."};
  private static final String[] HOST = {"io.cairn.host.."};

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
  void hostKnowsNoServerAndNoClient() {
    mayUseOnly(HOST, DOCUMENT, NET, STORE, CLUSTER, HOST);
  }

  @Test
  void commandLineClientKnowsNoHost() {
    mayUseOnly(new String[] {"io.cairn.cli.."}, NET, new String[] {"io.cairn.cli.."});
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

  @Test
  void packagesOfTheHostHaveNoCycles() {
    slices().matching("io.cairn.host.(*)..").should().beFreeOfCycles().check(cairn);
  }

  @Test
  void packagesOfTheOtherModulesHaveNoCycles() {
    for (String module : new String[] {"cluster", "store", "net"}) {
      slices()
          .matching("io.cairn." + module + ".(*)..")
          .should()
          .beFreeOfCycles()
          .allowEmptyShould(true)
          .check(cairn);
    }
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
