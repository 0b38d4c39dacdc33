"""Stands in for the workers of fpesa: the same exchanges, queues and messages, with a list for its database.

usage: workers.py [AMQP URL]
"""

import json
import sys

import pika

POST = '/messages/:POST'
GET = '/messages/:GET'
REPLIES = 'RPC'
LARGEST_PAGE = 100

stored = []


def page_of(args):
    """The page that the text in `args` asks for; the place of a message, from 1, is its id."""
    pagination_id = args.get('paginationId')
    last = len(stored) if pagination_id is None else int(pagination_id)
    offset, limit = int(args['offset']), min(LARGEST_PAGE, int(args['limit']))
    newest_first = stored[:last][::-1]
    return {
        'paginationId': last if stored else 0,
        'offset': offset,
        'limit': limit,
        'total': len(newest_first),
        'messages': newest_first[offset : offset + limit],
    }


def store(channel, method, _properties, body):
    stored.append(json.loads(body)['data'])
    channel.basic_ack(method.delivery_tag)


def answer(channel, method, properties, body):
    try:
        reply = page_of(json.loads(body)['args'])
    except Exception:
        reply = {'error': {'code': 500, 'description': 'Internal server error'}}
    channel.basic_publish(
        REPLIES,
        properties.reply_to,
        json.dumps(reply).encode(),
        pika.BasicProperties(correlation_id=properties.correlation_id),
    )
    channel.basic_ack(method.delivery_tag)


def declare(channel):
    """What fpesa declares; only the queue of stored messages survives a restart of RabbitMQ."""
    channel.exchange_declare(POST, 'fanout')
    channel.exchange_declare(GET, 'direct')
    channel.exchange_declare(REPLIES, 'direct')
    channel.queue_declare(POST, durable=True)
    channel.queue_declare(GET)
    channel.queue_bind(POST, POST, '')
    channel.queue_bind(GET, GET, GET)


def main(url='amqp://guest:guest@127.0.0.1/'):
    channel = pika.BlockingConnection(pika.URLParameters(url)).channel()
    declare(channel)
    channel.basic_consume(POST, store)
    channel.basic_consume(GET, answer)
    print('ready', flush=True)
    channel.start_consuming()


if __name__ == '__main__':
    main(*sys.argv[1:])
