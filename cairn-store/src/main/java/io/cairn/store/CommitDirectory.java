// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Has nobody wait for the disk while a commit is made durable. Lucene decides what belongs to a
 * commit, then syncs the list of it while it holds its own lock, then all files without that. Here
 * the list is synced with the files, and whoever commits is told when the content is fixed. Only
 * whoever commits syncs, so this is used by one thread at a time.
 */
final class CommitDirectory extends FilterDirectory {

  private final List<String> lists = new ArrayList<>();
  private @Nullable Runnable fixed;

  CommitDirectory(Directory directory) {
    super(directory);
  }

  /** Has this be run before the next sync of files. */
  void onSync(Runnable task) {
    fixed = task;
  }

  @Override
  public void sync(Collection<String> names) throws IOException {
    if (names.stream().allMatch(name -> name.startsWith(IndexFileNames.PENDING_SEGMENTS))) {
      lists.addAll(names);
      return;
    }
    Runnable task = fixed;
    fixed = null;
    if (task != null) {
      task.run();
    }
    super.sync(names);
    syncLists();
  }

  private void syncLists() throws IOException {
    if (!lists.isEmpty()) {
      super.sync(lists);
      lists.clear();
    }
  }

  /** A list counts from when it gets its name. */
  @Override
  public void rename(String source, String target) throws IOException {
    syncLists();
    super.rename(source, target);
  }
}
