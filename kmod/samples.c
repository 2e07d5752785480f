// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Per-CPU rings of samples: see samples.h.
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>

#include "samples.h"
#include "session.h"
#include "teardown.h"
#include "timing.h"

struct cpu_ring {
	struct hmmbench_ring *header;	 /* of the mapped region */
	struct hmmbench_record *records; /* behind it */
	u64 tail;			 /* records given back; moved under rings->consume_lock */
	struct page **pages;
};

struct hmmbench_rings {
	struct mutex consume_lock;
	u32 capacity;
	unsigned int cpus;
	unsigned int region_pages;
	struct cpu_ring *cpu[];
};

static void cpu_ring_free(struct cpu_ring *ring, unsigned int pages)
{
	unsigned int i;

	if (!ring)
		return;
	vunmap(ring->header);
	for (i = 0; ring->pages && i < pages && ring->pages[i]; i++) {
		__free_page(ring->pages[i]);
		cond_resched();
	}
	kvfree(ring->pages);
	kfree(ring);
}

/* The node of a CPU's memory, or NUMA_NO_NODE for a number without a CPU or memory. */
static int ring_node(unsigned int cpu)
{
	int node = cpu_possible(cpu) ? cpu_to_node(cpu) : NUMA_NO_NODE;

	return node != NUMA_NO_NODE && node_online(node) ? node : NUMA_NO_NODE;
}

static int cpu_ring_pages(struct cpu_ring *ring, unsigned int pages, int node)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_ZERO | __GFP_RETRY_MAYFAIL | __GFP_NOWARN;
	unsigned int i;

	ring->pages = kvcalloc(pages, sizeof(*ring->pages), GFP_KERNEL);
	if (!ring->pages)
		return -ENOMEM;
	for (i = 0; i < pages; i++) {
		if (fatal_signal_pending(current))
			return -EINTR;
		ring->pages[i] = alloc_pages_node(node, gfp, 0);
		if (!ring->pages[i])
			return -ENOMEM;
		cond_resched();
	}
	ring->header = vmap(ring->pages, pages, VM_MAP, PAGE_KERNEL);
	return ring->header ? 0 : -ENOMEM;
}

static int cpu_ring_new(struct hmmbench_rings *rings, unsigned int cpu)
{
	const int node = ring_node(cpu);
	struct cpu_ring *ring = kzalloc_node(sizeof(*ring), GFP_KERNEL, node);
	int err;

	if (!ring)
		return -ENOMEM;
	rings->cpu[cpu] = ring;
	err = cpu_ring_pages(ring, rings->region_pages, node);
	if (err)
		return err;
	ring->records = (void *)ring->header + PAGE_SIZE;
	ring->header->capacity = rings->capacity;
	ring->header->record_bytes = sizeof(struct hmmbench_record);
	ring->header->cpu = cpu;
	ring->header->node = page_to_nid(ring->pages[0]);
	return 0;
}

struct hmmbench_rings *hmmbench_rings_new(u32 records)
{
	struct hmmbench_rings *rings;
	unsigned int cpu;
	int err;

	rings = kvzalloc(struct_size(rings, cpu, nr_cpu_ids), GFP_KERNEL);
	if (!rings)
		return ERR_PTR(-ENOMEM);
	mutex_init(&rings->consume_lock);
	rings->capacity = records;
	rings->cpus = nr_cpu_ids;
	rings->region_pages = 1 + DIV_ROUND_UP(records * sizeof(struct hmmbench_record), PAGE_SIZE);
	if (!hmmbench_memory_fits((unsigned long)rings->region_pages * rings->cpus)) {
		hmmbench_rings_free(rings);
		return ERR_PTR(-ENOMEM);
	}
	for (cpu = 0; cpu < rings->cpus; cpu++) {
		err = cpu_ring_new(rings, cpu);
		if (err) {
			hmmbench_rings_free(rings);
			return ERR_PTR(err);
		}
	}
	return rings;
}

void hmmbench_rings_free(struct hmmbench_rings *rings)
{
	unsigned int cpu;

	if (!rings)
		return;
	for (cpu = 0; cpu < rings->cpus; cpu++)
		cpu_ring_free(rings->cpu[cpu], rings->region_pages);
	mutex_destroy(&rings->consume_lock);
	kvfree(rings);
}

size_t hmmbench_rings_region_bytes(const struct hmmbench_rings *rings)
{
	return (size_t)rings->region_pages << PAGE_SHIFT;
}

size_t hmmbench_rings_map_bytes(const struct hmmbench_rings *rings)
{
	return hmmbench_rings_region_bytes(rings) * rings->cpus;
}

/* The mapping holds the session's file, and so the rings. */
int hmmbench_rings_map(struct hmmbench_rings *rings, struct vm_area_struct *vma)
{
	unsigned long address = vma->vm_start;
	unsigned int cpu, i;
	int err;

	if (vma->vm_flags & VM_WRITE)
		return -EACCES;
	/* Of a file opened for reading only, a shared mapping is not VM_SHARED. */
	if (!(vma->vm_flags & VM_MAYSHARE) || vma->vm_pgoff ||
	    vma->vm_end - vma->vm_start != hmmbench_rings_map_bytes(rings))
		return -EINVAL;
	vm_flags_set(vma, VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP);
	vm_flags_clear(vma, VM_MAYWRITE);

	/* All at once: a reader that faults would disturb what it reads about. */
	for (cpu = 0; cpu < rings->cpus; cpu++) {
		for (i = 0; i < rings->region_pages; i++) {
			err = vm_insert_page(vma, address, rings->cpu[cpu]->pages[i]);
			if (err)
				return err;
			address += PAGE_SIZE;
			cond_resched();
		}
	}
	return 0;
}

int hmmbench_rings_consume(struct hmmbench_rings *rings, u32 cpu, u64 tail)
{
	struct cpu_ring *ring;
	int err = 0;

	if (cpu >= rings->cpus)
		return -EINVAL;
	ring = rings->cpu[cpu];
	mutex_lock(&rings->consume_lock);
	if (tail < ring->tail || tail > smp_load_acquire(&ring->header->head))
		err = -EINVAL;
	else
		/* The records were read before they are given to the writer. */
		smp_store_release(&ring->tail, tail);
	mutex_unlock(&rings->consume_lock);
	return err;
}

/*
 * The next record of this CPU's ring, all zero, to be filled in where it stands: a copy
 * would cost as much as the rest of the recording. Preemption is off until record_end().
 * NULL: the ring is full, the record counted as dropped, and there is nothing to end.
 */
static struct hmmbench_record *record_begin(struct hmmbench_session *session)
{
	struct hmmbench_record *record;
	struct cpu_ring *ring;
	u64 head;

	preempt_disable();
	ring = session->rings->cpu[smp_processor_id()];
	head = ring->header->head;
	if (head - smp_load_acquire(&ring->tail) >= ring->header->capacity) {
		WRITE_ONCE(ring->header->dropped, ring->header->dropped + 1);
		preempt_enable();
		return NULL;
	}
	record = &ring->records[head & (ring->header->capacity - 1)];
	*record = (struct hmmbench_record){};
	return record;
}

static void record_end(struct hmmbench_session *session)
{
	struct hmmbench_ring *header = session->rings->cpu[smp_processor_id()]->header;

	smp_store_release(&header->head, header->head + 1);
	preempt_enable();
}

void hmmbench_record_write(struct hmmbench_session *session, const struct hmmbench_record *record)
{
	struct hmmbench_record *slot = record_begin(session);

	if (!slot)
		return;
	*slot = *record;
	record_end(session);
}

/* What every record of an operation has; called by the task that did it. */
static void record_operation(struct hmmbench_record *record, struct hmmbench_session *session,
			     const struct hmmbench_sample *sample)
{
	record->cpu = sample->cpu;
	record->start_ns = hmmbench_session_ns(session, sample->start);
	record->tid = task_pid_nr(current);
	record->flags |= sample->flags;
	if (sample->switches)
		record->flags |= HMMBENCH_SAMPLE_SWITCHED;
	if (sample->end_cpu != sample->cpu)
		record->flags |= HMMBENCH_SAMPLE_MIGRATED | HMMBENCH_SAMPLE_UNTOLD;
	else if (!HMMBENCH_INTERRUPTS_TOLD)
		record->flags |= HMMBENCH_SAMPLE_UNTOLD;
	else if (sample->interrupts | sample->stolen_ns)
		record->flags |= (sample->interrupts ? HMMBENCH_SAMPLE_INTERRUPTED : 0) |
				 (sample->stolen_ns ? HMMBENCH_SAMPLE_STOLEN : 0);
}

/* A phase measured in the unit of the session's pass. */
static void record_phase(struct hmmbench_record *record, struct hmmbench_session *session,
			 enum hmmbench_phase phase, u64 duration)
{
	hmmbench_record_phase(record, phase, hmmbench_session_duration_ns(session, duration));
}

/* Where the locks are the core's own. */
static void record_lock_wait(struct hmmbench_record *record, struct hmmbench_session *session,
			     const struct hmmbench_sample *sample)
{
	if (session->core->times_locks)
		record_phase(record, session, HMMBENCH_PHASE_LOCK_WAIT, sample->lock_wait);
}

void hmmbench_record_release(struct hmmbench_session *session, struct hmmbench_binding *binding,
			     const struct hmmbench_sample *sample)
{
	struct hmmbench_record record = {
		.type = HMMBENCH_RECORD_RELEASE,
		.flags = binding->timed_out ? HMMBENCH_SAMPLE_TIMED_OUT : 0,
		.operation = binding->operation,
		.mirrors = sample->mirrors,
	};

	record_operation(&record, session, sample);
	record_lock_wait(&record, session, sample);
	record_phase(&record, session, HMMBENCH_PHASE_WALK, sample->end - sample->start);
	if (session->pass == HMMBENCH_PASS_DETAILED)
		record_phase(&record, session, HMMBENCH_PHASE_CALLBACKS, sample->callbacks);
	else if (session->profile->clocks_itself)
		hmmbench_record_phase(&record, HMMBENCH_PHASE_CALLBACKS, binding->callbacks_ns);
	if (hmmbench_teardown_defer(binding->teardown, &record,
				    hmmbench_session_ns(session, sample->end)))
		return;
	hmmbench_record_write(session, &record);
	hmmbench_binding_released(binding);
}

void hmmbench_record_unregister(struct hmmbench_session *session, struct hmmbench_binding *binding,
				u32 index, const struct hmmbench_sample *sample)
{
	struct hmmbench_record *record = record_begin(session);

	if (!record)
		return;
	record->type = HMMBENCH_RECORD_UNREGISTER;
	record->operation = READ_ONCE(binding->operation);
	record->mirrors = 1;
	record->mirror = index;
	record_operation(record, session, sample);
	record_lock_wait(record, session, sample);
	record_phase(record, session, HMMBENCH_PHASE_UNREGISTER, sample->end - sample->start);
	record_end(session);
}

void hmmbench_record_invalidate(struct hmmbench_session *session, struct hmmbench_binding *binding,
				int err, const struct hmmbench_sample *sample)
{
	struct hmmbench_record *record = record_begin(session);

	if (!record)
		return;
	record->type = HMMBENCH_RECORD_INVALIDATE;
	record->flags = err ? HMMBENCH_SAMPLE_AGAIN : 0;
	record->operation = READ_ONCE(binding->operation);
	record->mirrors = sample->mirrors;
	record_operation(record, session, sample);
	/* One that was turned away had no lock. */
	if (!err)
		record_lock_wait(record, session, sample);
	record_phase(record, session, HMMBENCH_PHASE_INVALIDATE, sample->end - sample->start);
	record_end(session);
}

void hmmbench_record_hit(struct hmmbench_session *session, struct hmmbench_mirror *mirror,
			 u64 unregistered_ns, u64 window_ns)
{
	struct hmmbench_record record = {
		.type = HMMBENCH_RECORD_HIT,
		.flags = HMMBENCH_SAMPLE_UNTOLD,
		.cpu = raw_smp_processor_id(),
		.operation = mirror->binding->operation,
		.start_ns = unregistered_ns,
		.mirrors = 1,
		.tid = task_pid_nr(current),
		.mirror = mirror->index,
	};

	hmmbench_record_phase(&record, HMMBENCH_PHASE_WINDOW, window_ns);
	hmmbench_record_write(session, &record);
}
