"""Uses the local runtime with boto3, awswrangler, PyAthena, SQLAlchemy and the AWS CLI; prints one line of JSON an operation."""
import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

import awswrangler
import boto3
import pandas
import sqlalchemy
from botocore.exceptions import ClientError
from pyathena import connect

BUCKET = "lake"


def operation(client, name, work):
    """Runs one operation and tells how it went."""
    try:
        work()
        outcome = "ok"
    except Exception as error:  # What a client raises is the answer.
        outcome = f"{type(error).__name__}: {error}"
    print(json.dumps({"client": client, "operation": name, "outcome": outcome}), flush=True)


def expect(found, wanted):
    if found != wanted:
        raise AssertionError(f"{found!r} instead of {wanted!r}")


def refused(code, work):
    """Expects an error that the client could parse."""
    try:
        work()
    except ClientError as error:
        expect(error.response["Error"]["Code"], code)
        return
    raise AssertionError(f"it succeeded, instead of {code}")


def boto3_operations():
    s3 = boto3.client("s3")

    def objects():
        s3.put_object(Bucket=BUCKET, Key="k", Body=b"abc", ChecksumAlgorithm="SHA256", Tagging="a=1")
        head = s3.head_object(Bucket=BUCKET, Key="k", ChecksumMode="ENABLED")
        expect(head["ContentLength"], 3)
        expect("ChecksumSHA256" in head, True)
        s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": "k"})
        expect(s3.get_object(Bucket=BUCKET, Key="copy")["Body"].read(), b"abc")
        found = [page["Key"] for page in s3.list_objects_v2(Bucket=BUCKET, Prefix="c")["Contents"]]
        expect(found, ["copy"])
        s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "copy"}]})

    def tags():
        expect(s3.get_object_tagging(Bucket=BUCKET, Key="k")["TagSet"], [{"Key": "a", "Value": "1"}])
        s3.delete_object_tagging(Bucket=BUCKET, Key="k")
        expect(s3.get_object(Bucket=BUCKET, Key="k")["Body"].read(), b"abc")

    def attributes():
        told = s3.get_object_attributes(Bucket=BUCKET, Key="k", ObjectAttributes=["ObjectSize", "Checksum"])
        expect(told["ObjectSize"], 3)

    def parts():
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"x" * 9_000_000)
            file.flush()
            s3.upload_file(file.name, BUCKET, "parts")
        expect(s3.head_object(Bucket=BUCKET, Key="parts")["ContentLength"], 9_000_000)

    def form():
        """Posts a form with the fields that boto3 signed, by hand: what a program without an SDK does."""
        signed = s3.generate_presigned_post(
            BUCKET, "in/${filename}", Conditions=[["content-length-range", 1, 5]], ExpiresIn=60
        )

        def post(body):
            parts = [f'name="{name}"\r\n\r\n{value}' for name, value in signed["fields"].items()]
            parts.append(f'name="file"; filename="orders.csv"\r\n\r\n{body}')
            text = "".join(f"--x\r\nContent-Disposition: form-data; {part}\r\n" for part in parts) + "--x--\r\n"
            headers = {"Content-Type": "multipart/form-data; boundary=x"}
            request = urllib.request.Request(signed["url"], text.encode(), headers, method="POST")
            try:
                return urllib.request.urlopen(request).status
            except urllib.error.HTTPError as error:
                return error.code

        expect(post("abc"), 204)
        expect(s3.get_object(Bucket=BUCKET, Key="in/orders.csv")["Body"].read(), b"abc")
        expect(post("too long"), 400)
        expect(s3.get_object(Bucket=BUCKET, Key="in/orders.csv")["Body"].read(), b"abc")

    def unknown():
        s3.put_object(Bucket=BUCKET, Key="stays", Body=b"abc")
        refused("NotImplemented", lambda: s3.get_object_acl(Bucket=BUCKET, Key="stays"))
        refused("NotImplemented", lambda: s3.delete_bucket_policy(Bucket=BUCKET))
        expect(s3.get_object(Bucket=BUCKET, Key="stays")["Body"].read(), b"abc")

    operation("boto3", "s3 objects", objects)
    operation("boto3", "s3 tags", tags)
    operation("boto3", "s3 attributes", attributes)
    operation("boto3", "s3 upload in parts", parts)
    operation("boto3", "s3 form with a signed policy", form)
    operation("boto3", "s3 refusals by name", unknown)
    operation("boto3", "sts", lambda: boto3.client("sts").get_caller_identity())
    operation("boto3", "cloudwatch", lambda: boto3.client("cloudwatch").list_metrics())
    operation("boto3", "sqs", lambda: boto3.client("sqs").list_queues())
    operation("boto3", "sns", lambda: boto3.client("sns").list_topics())
    operation("boto3", "ssm", lambda: refused("ParameterNotFound", lambda: boto3.client("ssm").get_parameter(Name="/none")))
    operation("boto3", "stepfunctions", lambda: boto3.client("stepfunctions").list_state_machines())
    operation("boto3", "lambda", lambda: boto3.client("lambda").list_functions())
    operation("boto3", "logs", lambda: boto3.client("logs").describe_log_groups())
    operation("boto3", "events", lambda: boto3.client("events").list_rules())
    operation("boto3", "scheduler", lambda: boto3.client("scheduler").list_schedules())
    operation("boto3", "glue", lambda: boto3.client("glue").get_databases())
    operation("boto3", "athena", lambda: boto3.client("athena").list_work_groups())
    for name, work in {
        "iam": lambda: boto3.client("iam").list_users(),
        "ec2": lambda: boto3.client("ec2").describe_vpcs(),
        "cloudformation": lambda: boto3.client("cloudformation").list_stacks(),
        "dynamodb": lambda: boto3.client("dynamodb").list_tables(),
    }.items():
        operation("boto3", f"{name} is refused by name", lambda work=work: refused("UnknownOperationException", work))


def athena_operations():
    athena = boto3.client("athena")
    group = {"WorkGroup": "primary"}

    def named():
        made = athena.create_named_query(Name="n", Database="default", QueryString="select 1")["NamedQueryId"]
        expect(athena.get_named_query(NamedQueryId=made)["NamedQuery"]["QueryString"], "select 1")
        expect(athena.list_named_queries()["NamedQueryIds"], [made])
        athena.delete_named_query(NamedQueryId=made)
        refused("InvalidRequestException", lambda: athena.get_named_query(NamedQueryId=made))

    def prepared():
        key = {"StatementName": "twice", **group}
        athena.create_prepared_statement(QueryStatement="select ? * 2", **key)
        expect(athena.get_prepared_statement(**key)["PreparedStatement"]["QueryStatement"], "select ? * 2")
        athena.delete_prepared_statement(**key)
        refused("ResourceNotFoundException", lambda: athena.get_prepared_statement(**key))

    def groups():
        athena.create_work_group(Name="clients")
        athena.update_work_group(WorkGroup="clients", Description="changed", State="DISABLED")
        told = athena.get_work_group(WorkGroup="clients")["WorkGroup"]
        expect((told["Description"], told["State"]), ("changed", "DISABLED"))
        athena.delete_work_group(WorkGroup="clients", RecursiveDeleteOption=True)

    def explain():
        start = lambda sql, **more: athena.start_query_execution(
            QueryString=sql, ResultConfiguration={"OutputLocation": "s3://results/"}, **more
        )
        refused("InvalidRequestException", lambda: start("explain select 1"))
        reuse = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 60}}
        refused("InvalidRequestException", lambda: start("select 1", ResultReuseConfiguration=reuse))

    operation("boto3", "athena named queries", named)
    operation("boto3", "athena prepared statements", prepared)
    operation("boto3", "athena update_work_group", groups)
    operation("boto3", "athena EXPLAIN and reuse are refused by name", explain)


def awswrangler_operations():
    frame = pandas.DataFrame({"state": ["OH", "IN"], "tons": [1.5, 2.5], "day": ["2024-01-01", "2024-01-02"]})

    def write():
        if "wrangler" not in awswrangler.catalog.databases()["Database"].tolist():
            awswrangler.catalog.create_database("wrangler")
        awswrangler.s3.to_parquet(
            frame, path=f"s3://{BUCKET}/wrangler/", dataset=True, database="wrangler", table="tons", partition_cols=["day"]
        )

    def read():
        read = awswrangler.athena.read_sql_query(
            "select sum(tons) as tons from tons", database="wrangler", ctas_approach=False, s3_output="s3://results/"
        )
        expect(float(read["tons"][0]), 4.0)

    def drop():
        expect(awswrangler.catalog.delete_table_if_exists(database="wrangler", table="tons"), True)

    def prepared():
        kept = {"statement_name": "states", "workgroup": "primary"}
        awswrangler.athena.create_prepared_statement(sql="select tons from tons where state = ?", **kept)
        read = awswrangler.athena.read_sql_query(
            "execute states using 'OH'", database="wrangler", ctas_approach=False, s3_output="s3://results/"
        )
        expect(float(read["tons"][0]), 1.5)
        expect([one["StatementName"] for one in awswrangler.athena.list_prepared_statements()], ["states"])
        awswrangler.athena.delete_prepared_statement(**kept)

    operation("awswrangler", "to_parquet", write)
    operation("awswrangler", "prepared statements", prepared)
    operation("awswrangler", "read_sql_query", read)
    operation("awswrangler", "read_parquet", lambda: awswrangler.s3.read_parquet(f"s3://{BUCKET}/wrangler/", dataset=True))
    operation("awswrangler", "delete_table_if_exists", drop)


def pyathena_operations():
    connection = connect(s3_staging_dir="s3://results/", region_name="us-east-1")
    engine = sqlalchemy.create_engine(
        "awsathena+rest://@athena.us-east-1.amazonaws.com:443/pyathena?s3_staging_dir=s3://results/"
    )

    def run(sql, parameters=None):
        return connection.cursor().execute(sql, parameters).fetchall()

    def tables():
        run("create database if not exists pyathena")
        run("create external table if not exists pyathena.t (a int, b string) stored as parquet location 's3://lake/pyathena/t/'")
        run("insert into pyathena.t values (1, 'x')")
        expect(run("select b from pyathena.t where a = %(a)s", {"a": 1}), [("x",)])

    def has_table():
        expect(sqlalchemy.inspect(engine).has_table("t"), True)
        expect(sqlalchemy.inspect(engine).has_table("none"), False)

    def columns():
        expect([column["name"] for column in sqlalchemy.inspect(engine).get_columns("t")], ["a", "b"])

    def create_all():
        metadata = sqlalchemy.MetaData()
        sqlalchemy.Table(
            "made",
            metadata,
            sqlalchemy.Column("a", sqlalchemy.Integer),
            awsathena_location="s3://lake/pyathena/made/",
            awsathena_file_format="PARQUET",
        )
        metadata.create_all(engine)
        expect(sqlalchemy.inspect(engine).has_table("made"), True)

    def view():
        run("create or replace view pyathena.v as select a from pyathena.t")
        expect(run("select a from pyathena.v"), [(1,)])

    operation("PyAthena", "tables", tables)
    operation("PyAthena", "views", view)
    operation("SQLAlchemy", "has_table", has_table)
    operation("SQLAlchemy", "get_columns", columns)
    operation("SQLAlchemy", "create_all", create_all)


def cli_operations():
    def aws(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "awscli", *arguments], capture_output=True, text=True, env=os.environ, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        return done.stdout

    def copy():
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write("hello")
            file.flush()
            aws("s3", "cp", file.name, f"s3://{BUCKET}/cli.txt")
        expect(aws("s3", "cp", f"s3://{BUCKET}/cli.txt", "-"), "hello")

    def presigned():
        url = aws("s3", "presign", f"s3://{BUCKET}/cli.txt").strip()
        with urllib.request.urlopen(url) as answer:
            expect(answer.read(), b"hello")

    operation("AWS CLI", "s3 cp", copy)
    operation("AWS CLI", "s3 presign", presigned)
    operation("AWS CLI", "glue get-databases", lambda: json.loads(aws("glue", "get-databases", "--output", "json")))


boto3_operations()
athena_operations()
awswrangler_operations()
pyathena_operations()
cli_operations()
