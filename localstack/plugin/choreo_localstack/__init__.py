"""LocalStack 4.14 as a plain process, and nearer to AWS where a choreography can tell the difference.

Nothing of LocalStack's files is changed: ``hooks`` replaces single functions when it starts. One module per concern;
each says which behaviour of AWS it restores.

* ``guard``, ``leash``      no process outlives the emulator, however it ends; ``server`` starts LocalStack
* ``node_executor``         Lambda functions on Node as child processes (``node_child``; ``child.mjs`` is the child's side)
* ``environments``          concurrent invocations; the log group that a function is configured with
* ``telemetry``             logs and metrics of invocations, written in batches
* ``streams``               event source mappings of Kinesis and DynamoDB streams (``shard_reader``)
* ``fifo``                  FIFO queues: a group that waits does not hold up the others
* ``queue_mappings``        event source mappings of queues: concurrency, order within a group
* ``event_targets``         dead letter queues of EventBridge targets; replay of archives
* ``schedules``             ``rate(...)`` rules: exact, once per target, stopped with their rule
* ``function_urls``         URLs that resolve anywhere, and AWS_IAM refused without a signature
* ``policies``              conditions of IAM policies with a plain ``true``
* ``kinesis_server``        the first requests wait until it listens
* ``dynamodb``              DynamoDB Local from a folder of Maven jars
* ``type_support``          which CloudFormation types a stack may use, without an online catalogue
* ``resource_settings``     settings of streams and tables that CloudFormation otherwise forgets
* ``glue``, ``resource_types``  the schema registry, and CloudFormation types that LocalStack lacks
"""
